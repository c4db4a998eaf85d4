// Package library is no program: building it gives an archive.
package library

// Answer is exported so that the archive is not empty.
const Answer = 42
