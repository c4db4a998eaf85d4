module example.com/main-in-server

go 1.26
