// Command worker looks for jobs until it is told to stop.
package main

import (
	"context"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/server-and-worker/internal/jobs"
)

func main() {
	ctx, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer release()
	ticker := time.NewTicker(jobs.Every)
	defer ticker.Stop()
	for number := 1; ; number++ {
		log.Print("looking for ", jobs.Describe(number))
		select {
		case <-ctx.Done():
			log.Print("stopping")
			return
		case <-ticker.C:
		}
	}
}
