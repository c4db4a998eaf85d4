// Command generated-code prints squares from a table that a generator makes and no commit holds.
package main

import (
	"fmt"

	"example.com/generated-code/tables/squares"
)

func main() {
	for number, square := range squares.Table {
		fmt.Println(number, square)
	}
}
