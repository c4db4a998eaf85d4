module example.com/needs-variable

go 1.26
