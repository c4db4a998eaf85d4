// Command two-files has its main function in one file and the rest of it in another.
package main

import "fmt"

func main() {
	fmt.Println(answer())
}
