// Command root-modules prints names that sort by time: a program at the root, with one dependency.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/google/uuid"
)

func main() {
	count := flag.Int("n", 1, "how many names to print")
	flag.Parse()
	for range *count {
		name, err := uuid.NewV7()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(name)
	}
}
