module example.com/internal-first

go 1.26
