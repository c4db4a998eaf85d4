module example.com/out-of-memory

go 1.26
