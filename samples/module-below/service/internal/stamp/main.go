// Command stamp prints the day, for those who work on the service: `go tool stamp`.
package main

import (
	"fmt"
	"time"
)

func main() { fmt.Println(time.Now().Format(time.DateOnly)) }
