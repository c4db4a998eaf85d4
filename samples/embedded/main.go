// Command embedded serves files that are part of it. Ignore files that leave out README.md or a folder named
// bin, compose or charts, wherever it is, break it.
package main

import (
	"context"
	"embed"
	"errors"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"example.com/embedded/internal/compose"
)

//go:embed README.md all:public
var files embed.FS

func main() {
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET /chart", func(w http.ResponseWriter, _ *http.Request) {
		w.Write(compose.Chart)
	})
	server := &http.Server{Addr: env("ADDRESS", ":8088"), Handler: mux}

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

func env(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}
