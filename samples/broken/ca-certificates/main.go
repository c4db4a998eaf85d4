// A server that looks at its partner's certificate before it serves.
package main

import (
	"context"
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os/signal"
	"syscall"
)

//go:embed partner.pem
var partner []byte

func main() {
	block, _ := pem.Decode(partner)
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err == nil {
		_, err = certificate.Verify(x509.VerifyOptions{})
	}
	if err != nil {
		log.Fatal("partner: ", err)
	}

	http.HandleFunc("GET /partner", func(w http.ResponseWriter, r *http.Request) {
		answer, err := http.Get("https://letsencrypt.org/")
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		answer.Body.Close()
	})
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
