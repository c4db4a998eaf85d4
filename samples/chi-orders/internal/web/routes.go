// Package web serves the order book over HTTP.
package web

import (
	"encoding/json"
	"log"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/google/uuid"

	"example.com/chi-orders/internal/orders"
)

// Routes returns the API: placing, reading and listing orders, and a health check.
func Routes(book *orders.Book) http.Handler {
	r := chi.NewRouter()
	r.Use(middleware.Recoverer)

	r.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	r.Route("/orders", func(r chi.Router) {
		r.Get("/", func(w http.ResponseWriter, _ *http.Request) {
			answer(w, http.StatusOK, book.All())
		})
		r.Post("/", place(book))
		r.Get("/{id}", find(book))
	})
	return r
}

func place(book *orders.Book) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var wanted orders.Order
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&wanted); err != nil {
			refuse(w, http.StatusBadRequest, "the body is no order in JSON")
			return
		}
		order, err := book.Place(wanted.Item, wanted.Count)
		if err != nil {
			refuse(w, http.StatusUnprocessableEntity, err.Error())
			return
		}
		answer(w, http.StatusCreated, order)
	}
}

func find(book *orders.Book) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id, err := uuid.Parse(chi.URLParam(r, "id"))
		if err != nil {
			refuse(w, http.StatusBadRequest, "an order's number is a UUID")
			return
		}
		order, err := book.Find(id)
		if err != nil {
			refuse(w, http.StatusNotFound, err.Error())
			return
		}
		answer(w, http.StatusOK, order)
	}
}

func refuse(w http.ResponseWriter, status int, reason string) {
	answer(w, status, map[string]string{"error": reason})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		log.Printf("answer not sent: %v", err)
	}
}
