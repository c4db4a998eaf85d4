// Package colour is a module in a folder of the repository: no registry has it.
package colour

import "fmt"

// Hex writes a colour as the web does.
func Hex(red, green, blue uint8) string {
	return fmt.Sprintf("#%02x%02x%02x", red, green, blue)
}
