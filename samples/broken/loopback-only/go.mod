module example.com/loopback-only

go 1.26
