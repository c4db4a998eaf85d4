module example.com/library-and-command

go 1.26
