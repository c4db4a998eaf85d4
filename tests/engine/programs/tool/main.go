// Command tool has one flag, and ends by 2 after its usage, as flag sets that continue on errors do.
package main

import (
	"flag"
	"os"
)

func main() {
	flags := flag.NewFlagSet("tool", flag.ContinueOnError)
	flags.Bool("v", false, "say more")
	if err := flags.Parse(os.Args[1:]); err != nil {
		os.Exit(2)
	}
}
