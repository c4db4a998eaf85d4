// Command worker does something every second until it is told to stop.
package main

import (
	"context"
	"fmt"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, release := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer release()
	for {
		select {
		case <-ctx.Done():
			fmt.Println("stopped")
			return
		case <-time.After(time.Second):
			fmt.Println("worked")
		}
	}
}
