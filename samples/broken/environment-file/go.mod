module example.com/environment-file

go 1.26
