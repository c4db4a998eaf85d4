// Package orders keeps orders in memory.
package orders

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"
)

// ErrUnknown says that no order has the given number.
var ErrUnknown = errors.New("no such order")

// Order is what a customer asked for.
type Order struct {
	ID    uuid.UUID `json:"id"`
	Item  string    `json:"item"`
	Count int       `json:"count"`
}

// Book holds every order of this process; its zero value is empty and ready.
type Book struct {
	mu     sync.RWMutex
	orders map[uuid.UUID]Order
}

// Place adds an order and gives it a number.
func (b *Book) Place(item string, count int) (Order, error) {
	if item == "" || count < 1 {
		return Order{}, errors.New("an order needs an item and a count of one or more")
	}
	order := Order{ID: uuid.New(), Item: item, Count: count}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.orders == nil {
		b.orders = make(map[uuid.UUID]Order)
	}
	b.orders[order.ID] = order
	return order, nil
}

// Find returns the order with this number, or ErrUnknown.
func (b *Book) Find(id uuid.UUID) (Order, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	order, ok := b.orders[id]
	if !ok {
		return Order{}, ErrUnknown
	}
	return order, nil
}

// All returns every order, sorted by item.
func (b *Book) All() []Order {
	b.mu.RLock()
	defer b.mu.RUnlock()
	all := make([]Order, 0, len(b.orders))
	for _, order := range b.orders {
		all = append(all, order)
	}
	slices.SortFunc(all, func(x, y Order) int {
		return cmp.Or(strings.Compare(x.Item, y.Item), bytes.Compare(x.ID[:], y.ID[:]))
	})
	return all
}
