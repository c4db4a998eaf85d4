// Command local-replace prints a colour by a module that a replace line puts beside it.
package main

import (
	"fmt"

	"example.net/colour"
)

func main() {
	fmt.Println(colour.Hex(0, 173, 216))
}
