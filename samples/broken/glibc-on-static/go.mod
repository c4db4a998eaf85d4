module example.com/glibc-on-static

go 1.26
