//go:build programs

// Package programs names what `scripts/engine buildkit` builds, so that go.mod and go.sum hold what it needs.
package programs

import (
	_ "github.com/docker/buildx/cmd/buildx"
	_ "github.com/moby/buildkit/cmd/buildkitd"
)
