module example.com/local-replace

go 1.26

require example.net/colour v0.0.0

replace example.net/colour => ./lib/colour
