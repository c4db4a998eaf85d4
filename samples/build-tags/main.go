// Build-tags prints a quotation; which one is a matter of the tag that its Makefile passes.
package main

import "fmt"

func main() {
	fmt.Println(quotation)
}
