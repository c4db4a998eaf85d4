// Command crash reads a file that its image does not have, after printing what could steer a terminal.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println("\x1b]0;owned\x07\x1b[2J starting")
	if _, err := os.ReadFile("templates/index.html"); err != nil {
		panic(err)
	}
}
