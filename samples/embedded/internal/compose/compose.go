// Package compose has a name that ignore files like to leave out.
package compose

import _ "embed"

// Chart is a drawing.
//
//go:embed charts/chart.svg
var Chart []byte
