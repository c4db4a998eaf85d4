// Command own-commands counts down or up, by the word behind its name.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"time"
)

func main() {
	stopped := make(chan os.Signal, 1)
	signal.Notify(stopped, os.Interrupt)
	go func() {
		<-stopped
		fmt.Println("stopped")
		os.Exit(1)
	}()

	word := "help"
	if len(os.Args) > 1 {
		word = os.Args[1]
	}
	command(word)
}

func command(cmd string) {
	switch cmd {
	case "up":
		count(1, 1)
	case "down":
		count(3, -1)
	default:
		fmt.Println("own-commands up|down")
	}
}

func count(from, step int) {
	for number, left := from, 3; left > 0; left-- {
		fmt.Println(number)
		number += step
		time.Sleep(100 * time.Millisecond)
	}
}
