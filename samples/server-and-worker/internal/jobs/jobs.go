// Package jobs is what the server and the worker share.
package jobs

import "time"

// Every is how often the worker looks for jobs.
const Every = 2 * time.Second

// Describe names a job for a log line.
func Describe(number int) string {
	if number == 1 {
		return "the first job"
	}
	return "one more job"
}
