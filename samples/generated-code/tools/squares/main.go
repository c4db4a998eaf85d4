// Command squares writes a Go file with a table of squares.
package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"path/filepath"
)

func main() {
	path := os.Args[1]
	var text bytes.Buffer
	fmt.Fprintf(&text, "package squares\n\nvar Table = [...]int{")
	for number := range 10 {
		fmt.Fprintf(&text, "%d, ", number*number)
	}
	fmt.Fprintln(&text, "}")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(path, text.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}
