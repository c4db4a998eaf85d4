"""`.dockerignore`: which paths its patterns keep out of the build context.

Sources: moby/patternmatcher (patternmatcher.go, ignorefile/ignorefile.go). A pattern matches a path or one of
its parents, `**` spans folders, the last pattern that matches decides, and `!` takes a path back in.
"""

from __future__ import annotations

import posixpath
import re
import warnings
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from gendock.dockerfile.source import BYTE_ORDER_MARK
from gendock.dockerfile.spaces import UNICODE_SPACES

# What means something in a regular expression, and nothing in a pattern.
_PLAIN = frozenset(".+()|{}$")


class IgnorePatternError(ValueError):
    """A pattern that cannot be read, for which a build stops."""


class IgnorePattern(Struct, frozen=True):
    """One pattern: as it is cleaned, whether it takes paths back in, its row in the file, what it matches."""

    text: str
    takes_back: bool
    row: int
    matches: Callable[[str], bool]

    def covers(self, path: str) -> bool:
        """Tell whether it matches a path or one of the folders above it."""
        return self.matches(path) or any(self.matches(folder) for folder in _folders(path))


class IgnoreFile(Struct, frozen=True):
    """The patterns of one `.dockerignore`, in order."""

    patterns: tuple[IgnorePattern, ...]

    @property
    def takes_back(self) -> bool:
        """Whether any pattern takes paths back in."""
        return any(pattern.takes_back for pattern in self.patterns)

    def excluding(self, path: str) -> IgnorePattern | None:
        """Return the pattern that keeps a path out of the build context; None where it goes in."""
        found: IgnorePattern | None = None
        for pattern in self.patterns:
            if pattern.takes_back == (found is not None) and pattern.covers(path):
                found = None if pattern.takes_back else pattern
        return found


class Sieve:
    """Puts many paths through an ignore file: what holds for a folder is worked out once."""

    def __init__(self, ignore_file: IgnoreFile) -> None:
        """Take the patterns."""
        self._patterns = ignore_file.patterns
        self._hits: dict[str, tuple[bool, ...]] = {"": (False,) * len(self._patterns)}

    def excludes(self, path: str) -> bool:
        """Tell whether a path stays out of the build context."""
        excluded = False
        for pattern, hit in zip(self._patterns, self._covering(path), strict=True):
            if hit:
                excluded = not pattern.takes_back
        return excluded

    def _covering(self, path: str) -> tuple[bool, ...]:
        parent = path.rpartition("/")[0]
        if parent not in self._hits:
            self._hits[parent] = self._covering(parent)
        above = self._hits[parent]
        return tuple(hit or pattern.matches(path) for hit, pattern in zip(above, self._patterns, strict=True))


def read_ignore_file(text: str) -> IgnoreFile:
    """Read a `.dockerignore`.

    Raises:
        IgnorePatternError: a pattern cannot be read.
    """
    return IgnoreFile(tuple(_patterns(text.removeprefix(BYTE_ORDER_MARK).split("\n"))))


def _patterns(lines: Iterable[str]) -> Iterator[IgnorePattern]:
    for row, line in enumerate(lines, 1):
        pattern = line.strip(UNICODE_SPACES)
        if line.startswith("#") or not pattern:
            continue
        takes_back = pattern.startswith("!")
        bare = pattern.removeprefix("!").strip(UNICODE_SPACES)
        if not bare:
            raise IgnorePatternError(f"line {row}: `!` and no pattern")
        cleaned = cleaned_path(bare)
        if len(cleaned) > 1 and cleaned.startswith("/"):
            cleaned = cleaned[1:]
        yield IgnorePattern(cleaned, takes_back, row, matcher(cleaned))


def cleaned_path(path: str) -> str:
    """Return what Go's `filepath.Clean` gives."""
    return re.sub(r"\A//+", "/", posixpath.normpath(path))


def matcher(pattern: str) -> Callable[[str], bool]:
    """Compile a cleaned pattern into what tells whether a path matches it.

    Raises:
        IgnorePatternError: it cannot be read.
    """
    # Not all of these are what a regular expression would give: moby compares texts where it can.
    if pattern.startswith("**") and not re.search(r"[*?\\\[\]]", pattern[2:]):
        end = pattern[2:]
        return lambda path: path.endswith(end) or (end.startswith("/") and path == end[1:])
    if pattern.endswith("**") and not re.search(r"[*?\\\[\]]", pattern[:-2]):
        start = pattern[:-2]
        return lambda path: path.startswith(start)
    if not re.search(r"[*?\\\[\]]", pattern):
        return lambda path: path == pattern
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            compiled = re.compile(_expression(pattern))
    except re.error as error:
        raise IgnorePatternError(f"`{pattern}`: {error}") from None
    return lambda path: compiled.fullmatch(path) is not None


def _expression(pattern: str) -> str:
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        if pattern.startswith("**", at - 1):
            at += 2 if pattern.startswith("/", at + 1) else 1
            parts.append(".*" if at >= len(pattern) else "(?:.*/)?")
        elif character == "*":
            parts.append("[^/]*")
        elif character == "?":
            parts.append("[^/]")
        elif character == "\\" and at < len(pattern):
            parts.append(re.escape(pattern[at]))
            at += 1
        elif character in _PLAIN or character == "\\":
            parts.append("\\" + character)
        else:
            parts.append(character)
    return "".join(parts)


def _folders(path: str) -> Iterator[str]:
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)
