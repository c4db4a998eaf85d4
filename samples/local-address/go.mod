module example.com/local-address

go 1.26
