// A server with a database in a file, through a package that needs cgo.
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	_ "github.com/mattn/go-sqlite3"
	"log"
	"net/http"
	"os/signal"
	"syscall"
)

func main() {
	notes, err := sql.Open("sqlite3", "/tmp/notes.db")
	if err == nil {
		err = notes.Ping()
	}
	if err != nil {
		log.Fatal(err)
	}

	http.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	server := &http.Server{Addr: ":8080"}
	go func() {
		<-stop.Done()
		server.Shutdown(context.Background())
	}()
	log.Print("listening on ", server.Addr)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}
