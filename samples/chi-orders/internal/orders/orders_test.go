package orders

import (
	"errors"
	"testing"

	"github.com/google/uuid"
)

func TestPlacedOrderIsFound(t *testing.T) {
	var book Book
	placed, err := book.Place("tea", 2)
	if err != nil {
		t.Fatal(err)
	}
	found, err := book.Find(placed.ID)
	if err != nil || found != placed {
		t.Fatalf("Find(%s) = %v, %v; want %v", placed.ID, found, err, placed)
	}
}

func TestUnknownOrder(t *testing.T) {
	var book Book
	if _, err := book.Find(uuid.New()); !errors.Is(err, ErrUnknown) {
		t.Fatalf("got %v, want ErrUnknown", err)
	}
}

func TestEmptyOrderIsRefused(t *testing.T) {
	var book Book
	if _, err := book.Place("", 1); err == nil {
		t.Fatal("an order without an item was taken")
	}
}
