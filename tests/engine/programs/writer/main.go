// Command writer wants a file beside itself, complains, and goes on.
package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	if err := os.WriteFile("/cache.db", []byte("x"), 0o600); err != nil {
		log.Print(err)
	}
	if err := os.WriteFile("/tmp/cache.db", []byte("x"), 0o600); err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe(":8080", nil))
}
