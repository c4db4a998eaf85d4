//go:build quotes

package main

const quotation = "A little copying is better than a little dependency."
