module example.com/missing-template

go 1.26
