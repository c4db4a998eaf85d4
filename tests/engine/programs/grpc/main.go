// Command grpc serves grpc.health.v1.Health over HTTP/2, as far as its one answer goes; SERVING says which.
package main

import (
	"io"
	"log"
	"net/http"
	"os"
)

func main() {
	handler := func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/grpc")
		if os.Getenv("SERVING") == "unknown" || r.URL.Path != "/grpc.health.v1.Health/Check" {
			w.Header().Set("Grpc-Status", "12")
			return
		}
		w.Header().Set("Trailer", "Grpc-Status")
		status := byte(1)
		if os.Getenv("SERVING") == "no" {
			status = 2
		}
		w.Write([]byte{0, 0, 0, 0, 2, 8, status})
		w.Header().Set("Grpc-Status", "0")
	}
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	server := &http.Server{Addr: ":50051", Handler: http.HandlerFunc(handler), Protocols: protocols}
	log.Fatal(server.ListenAndServe())
}
