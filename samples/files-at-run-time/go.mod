module example.com/files-at-run-time

go 1.26
