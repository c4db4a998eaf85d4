module example.com/shell-form

go 1.26
