"""`//go:embed`: which files of the repository a package takes into its binary.

Source: https://pkg.go.dev/embed. A pattern is path.Match's, relative to the package's folder; a folder counts
with everything below but names that start with "." or "_", unless the pattern starts with `all:`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendock.golang.facts import Evidence
from gendock.golang.packages import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gendock.golang.packages import Package

_DIRECTIVE = re.compile(rb"^[ \t]*//go:embed[ \t]+(.+?)[ \t\r]*$", re.MULTILINE)
_PATTERN = re.compile(r'"((?:[^"\\]|\\.)*)"|`([^`]*)`|(\S+)')


@dataclass(frozen=True, slots=True)
class Embedding:
    """One pattern of an embed directive, its place, and the files that it matches."""

    pattern: str
    evidence: Evidence
    files: tuple[str, ...]


def embedded_files(package: Package, files: Sequence[str]) -> tuple[str, ...]:
    """The files that a package embeds.

    Args:
        package: the package.
        files: all files of the repository, sorted.
    """
    return tuple(sorted({path for one in embeddings(package, files) for path in one.files}))


def embeddings(package: Package, files: Sequence[str]) -> Iterator[Embedding]:
    """Yield each pattern of a package's embed directives with the files that it matches.

    Args:
        package: the package.
        files: all files of the repository, sorted.
    """
    prefix = "" if package.folder == "." else f"{package.folder}/"
    for pattern, evidence in embed_patterns(package):
        hidden = pattern.startswith("all:")
        matches = _matcher(prefix, pattern.removeprefix("all:"))
        found: list[str] = []
        for path in files[bisect_left(files, prefix) :]:
            if not path.startswith(prefix):
                break
            match = matches.match(path)
            if match is not None and (hidden or not _has_hidden_part(match["below"] or "")):
                found.append(path)
        yield Embedding(pattern, evidence, tuple(found))


def embedded_roots(package: Package) -> Iterator[str]:
    """Yield the part before any wildcard of each path that a package embeds, there or not."""
    for pattern, _ in embed_patterns(package):
        root = root_of(package, pattern)
        if root is not None:
            yield root


def root_of(package: Package, pattern: str) -> str | None:
    """The part before any wildcard of a pattern, as a path of the repository; None where there is none."""
    plain = re.split(r"[*?\[\\]", pattern.removeprefix("all:"), maxsplit=1)[0]
    root = plain.rstrip("/") if plain == pattern.removeprefix("all:") else plain.rpartition("/")[0]
    if root in {"", "."} or root.startswith(("/", "../")):
        return None
    return root if package.folder == "." else f"{package.folder}/{root}"


def embed_patterns(package: Package) -> Iterator[tuple[str, Evidence]]:
    """Yield each pattern of a package's embed directives and its place."""
    for file in package.files:
        if file.embeds:
            for directive in _DIRECTIVE.finditer(file.text):
                evidence = Evidence(file.path, line_of(file.text, directive.start()))
                for quoted, raw, plain in _PATTERN.findall(directive[1].decode(errors="replace")):
                    yield quoted or raw or plain, evidence


def _matcher(prefix: str, pattern: str) -> re.Pattern[str]:
    """Compile a path.Match pattern; what it matches may be a folder, whose content is `below`."""
    parts: list[str] = []
    position = 0
    while position < len(pattern):
        char = pattern[position]
        position += 1
        if char == "*":
            parts.append("[^/]*")
        elif char == "?":
            parts.append("[^/]")
        elif char == "[" and (end := pattern.find("]", position + 1)) > 0:
            body = pattern[position:end].replace("\\", "\\\\").replace("[", "\\[")
            parts.append(f"[{body}]")
            position = end + 1
        elif char == "\\" and position < len(pattern):
            parts.append(re.escape(pattern[position]))
            position += 1
        else:
            parts.append(re.escape(char))
    body = "".join(parts).rstrip("/")
    start = re.escape(prefix)
    anything = start + "(?P<below>.*)"
    if body in {"", r"\."}:
        return re.compile(anything, re.DOTALL)
    try:
        return re.compile(f"{start}{body}(?:/(?P<below>.*))?\\Z", re.DOTALL)
    except re.error:
        return re.compile(r"(?!)(?P<below>)")  # Go refuses such a pattern; nothing is embedded


def _has_hidden_part(path: str) -> bool:
    return any(part.startswith((".", "_")) for part in path.split("/"))
