package main

import (
	"strings"
	"testing"
)

func TestCount(t *testing.T) {
	cases := map[string]counts{
		"":                {},
		"one":             {0, 1, 3},
		"two words\n":     {1, 2, 10},
		" ünï  cödé \n\n": {2, 2, 13},
	}
	for text, want := range cases {
		got, err := count(strings.NewReader(text))
		if err != nil || got != want {
			t.Errorf("count(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
}
