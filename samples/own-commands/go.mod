module example.com/own-commands

go 1.26
