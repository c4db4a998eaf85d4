module example.com/beside-itself

go 1.26
