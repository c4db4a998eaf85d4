module example.com/privileged-port

go 1.26
