module example.com/config-variable

go 1.26
