module example.com/needs-database

go 1.26
