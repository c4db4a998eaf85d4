// Command caller serves what became of three attempts to leave the container's network.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"time"
)

func main() {
	log.Fatal(http.ListenAndServe(":8080", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := net.LookupHost("example.com")
		fmt.Fprintln(w, "lookup", err != nil)
		_, err = net.DialTimeout("tcp", r.URL.Query().Get("address"), time.Second)
		fmt.Fprintln(w, "dial", err != nil)
	})))
}
