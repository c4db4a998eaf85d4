// Package plural counts things in words. No server has this module: it is in vendor/ only.
package plural

import "fmt"

// Of writes a number with the right form of its noun.
func Of(count int, one, many string) string {
	if count == 1 {
		return fmt.Sprint(count, " ", one)
	}
	return fmt.Sprint(count, " ", many)
}
