module github.com/example/own-check

go 1.26
