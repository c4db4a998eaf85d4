// A worker, built for a machine that is not the one it runs on.
package main

import "time"

func main() {
	for {
		println("working")
		time.Sleep(time.Minute)
	}
}
