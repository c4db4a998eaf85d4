// Package shared is a module of its own, found through go.work.
package shared

import "github.com/google/uuid"

// Ticket is a name that nobody else has.
func Ticket() string {
	return uuid.NewString()
}
