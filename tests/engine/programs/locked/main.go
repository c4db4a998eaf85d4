// Command locked leaves a lock in its volume that keeps it from starting once more.
package main

import (
	"log"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	lock, err := os.OpenFile("/data/lock", os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		log.Fatal("another one is running: ", err)
	}
	lock.Close()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	<-stop
}
