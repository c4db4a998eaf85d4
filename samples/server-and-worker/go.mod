module example.com/server-and-worker

go 1.26
