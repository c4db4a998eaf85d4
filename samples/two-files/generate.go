//go:build ignore

// This file is run by hand, as `go run generate.go`, and is part of no build.
package main

func main() {}
