// Command with-cgo asks the C library for a square root and serves it.
package main

/*
#cgo LDFLAGS: -lm
#include "root.h"
*/
import "C"

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
)

func main() {
	listener, err := net.Listen("tcp", ":8085")
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("GET /root/{number}", func(w http.ResponseWriter, r *http.Request) {
		number, err := strconv.ParseFloat(r.PathValue("number"), 64)
		if err != nil {
			http.Error(w, "no number", http.StatusBadRequest)
			return
		}
		fmt.Fprintln(w, float64(C.root_of(C.double(number))))
	})
	http.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) {})

	server := new(http.Server)
	ctx, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer release()
	go func() {
		<-ctx.Done()
		server.Shutdown(context.Background())
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}
