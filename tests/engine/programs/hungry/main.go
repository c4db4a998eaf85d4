// Command hungry takes memory until it is stopped.
package main

import "fmt"

func main() {
	var held [][]byte
	for {
		piece := make([]byte, 16<<20)
		for i := 0; i < len(piece); i += 4096 {
			piece[i] = 1
		}
		held = append(held, piece)
		fmt.Println(len(held)*16, "MB")
	}
}
