"""cgo: does a program need a C compiler, and what shows it?

Either a package of the repository says `import "C"` without an alternative for builds without cgo, or it
requires a module that is known to be nothing without cgo. Some of those compile without it and fail when they
run, as go-sqlite3 does: that is why the table is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendock.golang.facts import Cgo, Evidence

if TYPE_CHECKING:
    from gendock.golang.facts import Module
    from gendock.golang.syntax import Sources

# Modules that need cgo to work and bring all of their C code or libraries along: no Debian package needed.
# The value names what to import for the module to be reached, where another module stands before it.
SELF_CONTAINED = {
    "github.com/mattn/go-sqlite3": (
        "github.com/mattn/go-sqlite3",
        "gorm.io/driver/sqlite",
        "github.com/jinzhu/gorm/dialects/sqlite",
    ),
    "github.com/confluentinc/confluent-kafka-go": ("github.com/confluentinc/confluent-kafka-go",),
    "github.com/marcboeker/go-duckdb": ("github.com/marcboeker/go-duckdb",),
    "github.com/duckdb/duckdb-go": ("github.com/duckdb/duckdb-go",),
    "github.com/chai2010/webp": ("github.com/chai2010/webp",),
    "github.com/DataDog/zstd": ("github.com/DataDog/zstd",),
    "github.com/valyala/gozstd": ("github.com/valyala/gozstd",),
    "github.com/smacker/go-tree-sitter": ("github.com/smacker/go-tree-sitter",),
    "github.com/tree-sitter/go-tree-sitter": ("github.com/tree-sitter/go-tree-sitter",),
    "github.com/mutecomm/go-sqlcipher": ("github.com/mutecomm/go-sqlcipher",),
    "github.com/tecbot/gorocksdb": ("github.com/tecbot/gorocksdb",),
    "github.com/linxGnu/grocksdb": ("github.com/linxGnu/grocksdb",),
    "github.com/pebbe/zmq4": ("github.com/pebbe/zmq4",),
    "github.com/h2non/bimg": ("github.com/h2non/bimg",),
    "github.com/davidbyttow/govips": ("github.com/davidbyttow/govips",),
    "gocv.io/x/gocv": ("gocv.io/x/gocv",),
    "github.com/google/gopacket/pcap": ("github.com/google/gopacket/pcap",),
    "github.com/rogchap/v8go": ("rogchap.com/v8go",),
}
# Of these, the ones that link a C library which no Go module brings: Debian packages to build, and to run.
NEEDS_LIBRARY = {
    "github.com/tecbot/gorocksdb": "librocksdb",
    "github.com/linxGnu/grocksdb": "librocksdb",
    "github.com/pebbe/zmq4": "libzmq",
    "github.com/h2non/bimg": "libvips",
    "github.com/davidbyttow/govips": "libvips",
    "gocv.io/x/gocv": "OpenCV",
    "github.com/google/gopacket/pcap": "libpcap",
}
_PRUNED = (1, 17)  # from this `go` line on, go.mod lists every module that a build of the main module reads


def find_cgo(sources: Sources, module: Module) -> Cgo | None:
    """Find out whether a program needs cgo.

    Args:
        sources: the program's own files.
        module: the module that holds the program.
    """
    for package in sources.packages:
        if all(file.without_cgo for file in package.files):
            continue
        optional = any(file.without_cgo for file in package.files) and all(
            file.without_cgo or _says_cgo(file.text) for file in package.files
        )
        for file in package.files:
            if file.cgo_line is not None and not optional:
                return Cgo('import "C"', Evidence(file.path, file.cgo_line))
    for requirement in module.requires:
        for known, roots in SELF_CONTAINED.items():
            if requirement.path == known or requirement.path.startswith(f"{known}/"):
                pruned = (
                    module.go is not None and (module.go.version.major, module.go.version.minor) >= _PRUNED
                )
                if sources.imports_any(roots) or (requirement.indirect and pruned):
                    return Cgo(known, requirement.evidence)
    return None


def _says_cgo(text: bytes) -> bool:
    """Whether a build constraint names cgo: its author thought of builds without."""
    header = text[: text.find(b"\npackage ")]
    return b"cgo" in b"".join(
        line for line in header.splitlines() if line.startswith((b"//go:build", b"// +build"))
    )
