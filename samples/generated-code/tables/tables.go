// Package tables is where `go generate ./tables` makes the package squares.
package tables

//go:generate go run ../tools/squares squares/table.go
