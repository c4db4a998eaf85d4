module example.com/vcs-status

go 1.26
