// Command grpc-calls answers gRPC's health service, on a port that viper reads from CALLS_PORT.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"os/signal"
	"syscall"

	"github.com/spf13/viper"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
)

func main() {
	settings := viper.New()
	settings.SetEnvPrefix("calls")
	settings.AutomaticEnv()
	settings.SetDefault("port", 9090)

	listener, err := net.Listen("tcp", fmt.Sprintf(":%d", settings.GetInt("port")))
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer()
	grpc_health_v1.RegisterHealthServer(server, health.NewServer())

	stopping, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	go func() {
		<-stopping.Done()
		server.GracefulStop()
	}()
	log.Printf("listening on %s", listener.Addr())
	if err := server.Serve(listener); err != nil {
		log.Fatal(err)
	}
}
