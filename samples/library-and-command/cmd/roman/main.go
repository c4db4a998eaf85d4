// Command roman prints its arguments as Roman numbers.
package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"

	roman "example.com/library-and-command"
)

func main() {
	flag.Usage = func() { fmt.Fprintln(os.Stderr, "usage: roman NUMBER...") }
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	for _, argument := range flag.Args() {
		number, err := strconv.Atoi(argument)
		if err != nil {
			fmt.Fprintln(os.Stderr, "roman:", err)
			os.Exit(1)
		}
		text, err := roman.Format(number)
		if err != nil {
			fmt.Fprintln(os.Stderr, "roman:", err)
			os.Exit(1)
		}
		fmt.Println(text)
	}
}
