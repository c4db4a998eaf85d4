// Datagrams waits for them on $ADDRESS, after $WAIT; without $ADDRESS on all addresses. Over TCP it listens
// where $TCP says it, if it does; where $FAIL is set, SIGTERM is a failure to it.
package main

import (
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	wait, _ := time.ParseDuration(os.Getenv("WAIT"))
	time.Sleep(wait)
	socket, err := net.ListenPacket("udp", os.Getenv("ADDRESS")+":5300")
	if err != nil {
		log.Fatal(err)
	}
	if address := os.Getenv("TCP"); address != "" {
		if _, err := net.Listen("tcp", address); err != nil {
			log.Fatal(err)
		}
	}
	log.Printf("answers on %s", socket.LocalAddr())
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	<-stop
	if os.Getenv("FAIL") != "" {
		log.Fatal("told to stop")
	}
}
