// Command with-services counts visits in redis and keeps them in postgres. It starts without either, and says so.
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	_ "github.com/lib/pq"
	"github.com/redis/go-redis/v9"
)

const makeTable = "create table if not exists visits (at timestamptz not null default now())"

func main() {
	database, err := sql.Open("postgres", getenv("DATABASE_URL", "postgres://localhost:5432/visits"))
	if err != nil {
		log.Fatal(err)
	}
	cache := redis.NewClient(&redis.Options{Addr: getenv("REDIS_ADDR", "localhost:6379")})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), time.Second)
		defer cancel()
		fmt.Fprintln(w, "redis:", counted(ctx, cache))
		fmt.Fprintln(w, "postgres:", kept(ctx, database))
	})
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	server := &http.Server{Addr: ":" + getenv("PORT", "8080"), Handler: mux}
	ctx, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer release()
	go func() {
		<-ctx.Done()
		server.Shutdown(context.Background())
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}

func counted(ctx context.Context, cache *redis.Client) string {
	visits, err := cache.Incr(ctx, "visits").Result()
	if err != nil {
		return "not there"
	}
	return fmt.Sprint(visits, " visits")
}

func kept(ctx context.Context, database *sql.DB) string {
	var visits int
	_, err := database.ExecContext(ctx, makeTable)
	if err == nil {
		_, err = database.ExecContext(ctx, "insert into visits default values")
	}
	if err == nil {
		err = database.QueryRowContext(ctx, "select count(*) from visits").Scan(&visits)
	}
	if err != nil {
		return "not there"
	}
	return fmt.Sprint(visits, " visits")
}

func getenv(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}
