// Command short answers once it is asked, and then ends.
package main

import (
	"log"
	"net/http"
	"os"
	"time"
)

func main() {
	go func() {
		time.Sleep(600 * time.Millisecond)
		log.Print("database connection lost")
		os.Exit(3)
	}()
	log.Fatal(http.ListenAndServe(":8080", nil))
}
