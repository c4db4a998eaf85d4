module example.net/colour

go 1.26
