// Udp-echo sends everything back to where it came from, over UDP and over TCP.
package main

import (
	"io"
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
	listener, err := net.Listen("tcp", ":7007")
	if err != nil {
		log.Fatal(err)
	}
	go packets(socket)
	go connections(listener)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	log.Printf("echoes on %s", socket.LocalAddr())
	<-stop
}

func packets(socket net.PacketConn) {
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

func connections(listener net.Listener) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer connection.Close()
			io.Copy(connection, connection)
		}()
	}
}
