"""Build constraints: does a Go file belong to a build for linux?

Source: https://pkg.go.dev/cmd/go#hdr-Build_constraints, and go/build's list of systems and architectures for
file names. The architecture is open: a file counts if some architecture that linux images exist for takes it.
"""

from __future__ import annotations

import re

SYSTEMS = frozenset((
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux",
    "nacl", "netbsd", "openbsd", "plan9", "solaris", "wasip1", "windows", "zos",
))  # fmt: skip
ARCHITECTURES = frozenset((
    "386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "loong64", "mips", "mipsle",
    "mips64", "mips64le", "mips64p32", "mips64p32le", "ppc", "ppc64", "ppc64le", "riscv", "riscv64",
    "s390", "s390x", "sparc", "sparc64", "wasm",
))  # fmt: skip
IMAGE_ARCHITECTURES = ("amd64", "arm64", "arm", "386", "ppc64le", "s390x", "riscv64", "loong64", "mips64le")

_GO_BUILD = re.compile(rb"^//go:build[ \t]+(.*?)[ \t\r]*$", re.MULTILINE)
_PLUS_BUILD = re.compile(rb"^//[ \t]*\+build[ \t]+(.*?)[ \t\r]*$", re.MULTILINE)
_RELEASE_TAG = re.compile(r"go1\.\d+")
_EXPRESSION_TOKEN = re.compile(r"\s*(?:(&&|\|\||[!()])|([^\s!()&|]+))")
_DEEPEST = 50


def name_holds(filename: str) -> bool:
    """Whether a file's name lets it into a linux build; tests are no part of one."""
    if not filename.endswith(".go") or filename.startswith(("_", ".")):
        return False
    stem = filename.removesuffix(".go")
    if stem.endswith("_test"):
        return False
    words = stem.split("_")[1:]  # "linux.go" is a plain name: a system counts after an underscore only
    if len(words) >= 2 and words[-2] in SYSTEMS and words[-1] in ARCHITECTURES:
        return words[-2] == "linux" and words[-1] in IMAGE_ARCHITECTURES
    if words and words[-1] in SYSTEMS:
        return words[-1] == "linux"
    if words and words[-1] in ARCHITECTURES:
        return words[-1] in IMAGE_ARCHITECTURES
    return True


def header_holds(header: bytes, *, cgo: bool, tags: frozenset[str] = frozenset()) -> bool:
    """Whether the comments above a file's package clause let it into a linux build.

    Args:
        header: the file's text before the package clause.
        cgo: whether the build has cgo.
        tags: the tags that the build is given.
    """
    modern = _GO_BUILD.search(header)
    if modern:
        expressions = [modern[1].decode(errors="replace")]
    else:
        expressions = [
            _plus_build(found[1].decode(errors="replace")) for found in _PLUS_BUILD.finditer(header)
        ]
    return not expressions or any(
        all(evaluate(expression, _tags(architecture, cgo=cgo) | tags) for expression in expressions)
        for architecture in IMAGE_ARCHITECTURES
    )


def evaluate(expression: str, tags: frozenset[str]) -> bool:
    """Evaluate a `//go:build` expression; one that Go cannot read is false, as the file would not build."""
    tokens: list[str] = []
    position = 0
    expression = expression.strip()
    while position < len(expression):
        match = _EXPRESSION_TOKEN.match(expression, position)
        if match is None:
            return False
        tokens.append(match[1] or match[2])
        position = match.end()
    try:
        value, rest = _either(tokens, tags, 0)
    except ValueError:
        return False
    return value and not rest


def _tags(architecture: str, *, cgo: bool) -> frozenset[str]:
    return frozenset(("linux", "unix", "gc", architecture, *(("cgo",) if cgo else ())))


def _either(tokens: list[str], tags: frozenset[str], depth: int) -> tuple[bool, list[str]]:
    value, rest = _both(tokens, tags, depth)
    while rest[:1] == ["||"]:
        right, rest = _both(rest[1:], tags, depth)
        value = value or right
    return value, rest


def _both(tokens: list[str], tags: frozenset[str], depth: int) -> tuple[bool, list[str]]:
    value, rest = _single(tokens, tags, depth)
    while rest[:1] == ["&&"]:
        right, rest = _single(rest[1:], tags, depth)
        value = value and right
    return value, rest


def _single(tokens: list[str], tags: frozenset[str], depth: int) -> tuple[bool, list[str]]:
    if not tokens or depth > _DEEPEST:
        raise ValueError
    first, rest = tokens[0], tokens[1:]
    if first == "!":
        value, rest = _single(rest, tags, depth + 1)
        return not value, rest
    if first == "(":
        value, rest = _either(rest, tags, depth + 1)
        if rest[:1] != [")"]:
            raise ValueError
        return value, rest[1:]
    if first in {"&&", "||", ")"}:
        raise ValueError
    return first in tags or _RELEASE_TAG.fullmatch(first) is not None, rest


def _plus_build(line: str) -> str:
    """Write an old `// +build` line as an expression: a space is or, a comma is and."""
    options = [" && ".join(option.split(",")) for option in line.split()]
    return " || ".join(f"({option})" for option in options)
