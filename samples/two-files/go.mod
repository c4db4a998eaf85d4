module example.com/two-files

go 1.26
