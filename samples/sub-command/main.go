// Command sub-command prints its usage, unless it is told to serve.
package main

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

var root = &cobra.Command{Use: "sub-command", Short: "Prints its usage", SilenceUsage: true}

var serve = &cobra.Command{
	Use:   "serve",
	Short: "Serves on a port",
	RunE: func(cmd *cobra.Command, _ []string) error {
		address, err := cmd.Flags().GetString("address")
		if err != nil {
			return err
		}
		return run(address)
	},
}

func main() {
	serve.Flags().String("address", ":9000", "where to listen")
	root.AddCommand(serve)
	if root.Execute() != nil {
		os.Exit(1)
	}
}

func run(address string) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	server := &http.Server{Addr: address, Handler: mux}
	ctx, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer release()
	go func() {
		<-ctx.Done()
		server.Shutdown(context.Background())
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
