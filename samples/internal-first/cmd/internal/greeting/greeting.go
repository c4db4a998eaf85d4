// Package greeting stands in cmd/internal, which sorts before the program's own folder.
package greeting

// For greets somebody.
func For(name string) string {
	if name == "" {
		return "hello"
	}
	return "hello, " + name
}
