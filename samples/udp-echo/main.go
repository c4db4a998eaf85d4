// Udp-echo sends every packet back to where it came from.
package main

import (
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	socket, err := net.ListenPacket("udp", ":7007")
	if err != nil {
		log.Fatal(err)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	go func() {
		<-stop
		socket.Close()
	}()
	log.Printf("echoes on %s", socket.LocalAddr())
	packet := make([]byte, 1500)
	for {
		size, sender, err := socket.ReadFrom(packet)
		if err != nil {
			return
		}
		if _, err := socket.WriteTo(packet[:size], sender); err != nil {
			log.Print(err)
		}
	}
}
