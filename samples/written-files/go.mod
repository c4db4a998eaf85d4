module example.com/written-files

go 1.26
