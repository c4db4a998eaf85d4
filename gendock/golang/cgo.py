"""cgo: does a program need a C compiler, and what shows it?

Either a package of the repository says `import "C"` without an alternative for builds without cgo, or it
requires a module that is known to be nothing without cgo. Some of those compile without it and fail when they
run, as go-sqlite3 does: that is why the table is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendock.golang.facts import Evidence
from gendock.golang.needs import Cgo

if TYPE_CHECKING:
    from gendock.golang.facts import Module
    from gendock.golang.sources import Sources


@dataclass(frozen=True, slots=True)
class _Needs:
    """What a module needs besides a C compiler.

    Debian packages of bookworm to build with and to run with, and what to import for the module to be reached
    where another one stands before it. Most modules bring all of their C code along. What others require may
    be `often_optional`: their tests need it, or they do without it where there is no cgo.
    """

    build: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    often_optional: bool = False


# Modules that need cgo to work.
MODULES = {
    "github.com/mattn/go-sqlite3": _Needs(
        through=(
            "gorm.io/driver/sqlite",
            "github.com/jinzhu/gorm/dialects/sqlite",
            "xorm.io/xorm/dialects",
            "github.com/golang-migrate/migrate/v4/database/sqlite3",
            "github.com/upper/db/v4/adapter/sqlite",
            "github.com/asg017/sqlite-vec-go-bindings/cgo",
            "go.mau.fi/util/dbutil/litestream",
        ),
        often_optional=True,
    ),
    "github.com/mutecomm/go-sqlcipher": _Needs(),
    "github.com/confluentinc/confluent-kafka-go": _Needs(),
    "github.com/marcboeker/go-duckdb": _Needs(run=("libstdc++6",)),
    "github.com/duckdb/duckdb-go": _Needs(run=("libstdc++6",)),
    "github.com/chai2010/webp": _Needs(),
    "github.com/kolesa-team/go-webp": _Needs(("libwebp-dev",), ("libwebp7", "libwebpmux3", "libwebpdemux2")),
    "github.com/DataDog/zstd": _Needs(often_optional=True),
    "github.com/valyala/gozstd": _Needs(),
    "github.com/smacker/go-tree-sitter": _Needs(run=("libstdc++6",)),
    "github.com/tree-sitter/go-tree-sitter": _Needs(),
    "rogchap.com/v8go": _Needs(run=("libstdc++6",)),
    "github.com/tommie/v8go": _Needs(run=("libstdc++6",)),
    "github.com/bytecodealliance/wasmtime-go": _Needs(),
    "github.com/wasmerio/wasmer-go": _Needs(run=("libstdc++6",)),
    "github.com/tecbot/gorocksdb": _Needs(("librocksdb-dev",), ("librocksdb7.8",)),
    "github.com/linxGnu/grocksdb": _Needs(("librocksdb-dev",), ("librocksdb7.8",)),
    "github.com/pebbe/zmq4": _Needs(("libzmq3-dev",), ("libzmq5",)),
    "github.com/h2non/bimg": _Needs(("libvips-dev",), ("libvips42",)),
    "github.com/davidbyttow/govips": _Needs(("libvips-dev",), ("libvips42",)),
    "gopkg.in/gographics/imagick.v3": _Needs(("libmagickwand-dev",), ("libmagickwand-6.q16-6",)),
    "gopkg.in/gographics/imagick.v2": _Needs(("libmagickwand-dev",), ("libmagickwand-6.q16-6",)),
    "gocv.io/x/gocv": _Needs(("libopencv-dev",), ("libopencv-contrib406",)),
    "github.com/google/gopacket/pcap": _Needs(("libpcap-dev",), ("libpcap0.8",)),
    "github.com/gopacket/gopacket/pcap": _Needs(("libpcap-dev",), ("libpcap0.8",)),
    "github.com/otiai10/gosseract": _Needs(
        ("libtesseract-dev", "libleptonica-dev"), ("libtesseract5", "liblept5", "tesseract-ocr-eng")
    ),
    "github.com/godror/godror": _Needs(),
    "github.com/libgit2/git2go": _Needs(("libgit2-dev",), ("libgit2-1.5",)),
    "gopkg.in/hraban/opus.v2": _Needs(("libopus-dev", "libopusfile-dev"), ("libopus0", "libopusfile0")),
    "layeh.com/gopus": _Needs(),
    "github.com/miekg/pkcs11": _Needs(),
    "github.com/coreos/go-systemd/v22/sdjournal": _Needs(("libsystemd-dev",), ("libsystemd0",)),
    "libvirt.org/go/libvirt": _Needs(("libvirt-dev",), ("libvirt0",)),
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
    found: list[tuple[str, Evidence, _Needs]] = []
    for requirement in module.requires:
        for known, needs in MODULES.items():
            module_path = requirement.path
            below = known.startswith(f"{module_path}/")  # a package of the module, as pcap is of gopacket
            if module_path == known or below or module_path.startswith(f"{known}/"):
                pruned = (
                    module.go is not None and (module.go.version.major, module.go.version.minor) >= _PRUNED
                )
                # What only a tool needs stands among the others, and is no part of the program.
                tells = pruned and not (below or needs.often_optional or module.tools)
                indirect = requirement.indirect and tells
                if sources.imports_any((known, *needs.through)) or indirect:
                    found.append((known, requirement.evidence, needs))
    return _combined(found)


def _combined(found: list[tuple[str, Evidence, _Needs]]) -> Cgo | None:
    """The first module as the reason, with the packages of all."""
    if not found:
        return None
    found.sort(key=lambda one: not one[2].build)
    build = dict.fromkeys(name for _, _, needs in found for name in needs.build)
    run = dict.fromkeys(name for _, _, needs in found for name in needs.run)
    return Cgo(found[0][0], found[0][1], tuple(build), tuple(run))


def _says_cgo(text: bytes) -> bool:
    """Whether a build constraint names cgo: its author thought of builds without."""
    header = text[: text.find(b"\npackage ")]
    return b"cgo" in b"".join(
        line for line in header.splitlines() if line.startswith((b"//go:build", b"// +build"))
    )
