// Package clock writes times and knows where they are served.
package clock

import "time"

// Port is where the server listens.
const Port = 7070

// Text writes a time for people.
func Text(t time.Time) string {
	return t.UTC().Format(time.RFC1123)
}
