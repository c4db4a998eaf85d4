// Package greeting knows what to say.
package greeting

// Text is what to say.
const Text = "hello"
