module example.com/embed-or-disk

go 1.26
