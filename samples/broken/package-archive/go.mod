module example.com/package-archive

go 1.26
