// Beside-itself serves a greeting that stands in a file beside its own executable.
package main

import (
	"log"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	executable, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	greeting, err := os.ReadFile(filepath.Join(filepath.Dir(executable), "greeting.txt"))
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { w.Write(greeting) })
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	go func() { log.Fatal(http.ListenAndServe(":8080", nil)) }()
	log.Print("greets on :8080")
	<-stop
}
