// Command silent runs and never listens.
package main

import (
	"fmt"
	"time"
)

func main() {
	fmt.Println("warming up")
	time.Sleep(time.Hour)
}
