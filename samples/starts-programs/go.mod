module example.com/starts-programs

go 1.26
