// Command stubborn answers on :8080 and does not listen to SIGTERM.
package main

import (
	"log"
	"net/http"
	"os/signal"
	"syscall"
)

func main() {
	signal.Ignore(syscall.SIGTERM)
	log.Fatal(http.ListenAndServe(":8080", nil))
}
