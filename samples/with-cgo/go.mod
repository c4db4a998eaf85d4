module example.com/with-cgo

go 1.26
