// Own-check counts its visitors, and asks itself whether it is well: `own-check healthcheck`.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
)

// Set by the build: -ldflags "-X main.version=1.2.3 -X main.commit=4f1c2d9".
var (
	version = "dev"
	commit  = "unknown"
)

const address = ":8080"

func main() {
	if len(os.Args) > 1 && os.Args[1] == "healthcheck" {
		answer, err := http.Get("http://127.0.0.1" + address + "/healthz")
		if err != nil || answer.StatusCode != http.StatusOK {
			os.Exit(1)
		}
		return
	}
	var visitors atomic.Int64
	http.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "you are visitor %d of %s (%s)\n", visitors.Add(1), version, commit)
	})
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	go func() { log.Fatal(http.ListenAndServe(address, nil)) }()
	log.Printf("version %s counts visitors on %s", version, address)
	<-stop
}
