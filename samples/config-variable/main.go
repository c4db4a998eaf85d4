// Config-variable reads the file that CONFIG_PATH names, and has no default for it.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	content, err := os.ReadFile(os.Getenv("CONFIG_PATH"))
	if err != nil {
		log.Fatal(err)
	}
	var settings struct{ Greeting string }
	if err := json.Unmarshal(content, &settings); err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, settings.Greeting) })
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	go func() { log.Fatal(http.ListenAndServe(":8080", nil)) }()
	log.Print("greets on :8080")
	<-stop
}
