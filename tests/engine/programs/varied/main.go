// Command varied serves the metrics that METRICS holds; its word "healthy" asks it, and "sick" has a complaint.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "healthy" {
		answer, err := http.Get("http://127.0.0.1:8080/healthz")
		if err != nil || answer.StatusCode != http.StatusOK {
			os.Exit(1)
		}
		return
	}
	if len(os.Args) > 1 && os.Args[1] == "sick" {
		fmt.Println("no database")
		os.Exit(1)
	}
	http.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		fmt.Fprint(w, os.Getenv("METRICS"))
	})
	log.Print("serving")
	log.Fatal(http.ListenAndServe(os.Getenv("ADDRESS")+":8080", nil))
}
