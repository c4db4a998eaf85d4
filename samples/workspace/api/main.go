// Command api hands out tickets; its module needs one that only go.work leads to.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"example.com/workspace/shared"
)

func main() {
	http.HandleFunc("GET /ticket", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, shared.Ticket())
	})
	http.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {})

	server := &http.Server{Addr: ":8090"}

	ctx, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer release()
	go func() {
		<-ctx.Done()
		server.Shutdown(context.Background())
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}
