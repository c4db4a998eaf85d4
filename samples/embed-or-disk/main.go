// Command embed-or-disk serves pages from its binary, or from disk for those who change them.
package main

import (
	"embed"
	"io/fs"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

//go:embed pages
var embedded embed.FS

func main() {
	http.Handle("GET /", http.FileServerFS(pages()))
	go func() { log.Fatal(http.ListenAndServe(":8080", nil)) }()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, os.Interrupt)
	<-stop
}

func pages() fs.FS {
	if os.Getenv("PAGES_FROM_DISK") != "" {
		return os.DirFS("pages")
	}
	below, err := fs.Sub(embedded, "pages")
	if err != nil {
		log.Fatal(err)
	}
	return below
}
