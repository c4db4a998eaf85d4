module example.com/ca-certificates

go 1.26
