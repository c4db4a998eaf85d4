// Command vendored counts its arguments, with its dependency in vendor/.
package main

import (
	"fmt"
	"os"

	"example.net/plural"
)

func main() {
	fmt.Println(plural.Of(len(os.Args)-1, "argument", "arguments"))
}
