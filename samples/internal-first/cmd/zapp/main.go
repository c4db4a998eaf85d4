// Command zapp greets; a tool that takes the first folder below cmd/ builds a library instead.
package main

import (
	"fmt"
	"os"
	"strings"

	"example.com/internal-first/cmd/internal/greeting"
)

func main() {
	fmt.Println(greeting.For(strings.Join(os.Args[1:], " ")))
}
