"""A Go file, cut into its top-level declarations without parsing it.

Parsing is what takes time. Where each declaration starts and which words it holds is known by text alone, and
a declaration is parsed when something of its tree is asked for, which for most is never.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from gendock.golang.syntax import Syntax

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from gendock.golang.packages import GoFile, Package

_DECLARATION = re.compile(rb"\n(?=(?:func|var|const|type)\b)")
_FUNCTION = re.compile(rb"func\s{0,9}(?:\([^()]{0,200}\)\s{0,9})?(\w+)")
# What tells where a declaration ends: texts, comments and braces; and where one may start.
_MARK = re.compile(
    rb"\"(?:\\.|[^\"\\\n])*\"|`[^`]*(?:`|\Z)|'(?:\\.|[^'\\\n])*'|//[^\n]*|/\*.*?(?:\*/|\Z)|(?P<open>\{)|(?P<close>\})|"
    rb"(?P<start>\n(?=(?:func|var|const|type)\b))",
    re.DOTALL,
)
_WORDS_ONLY = bytes(
    byte if chr(byte).isalnum() or byte == ord("_") or byte > 127 else ord(" ") for byte in range(256)
)


# How much of a line is looked at on either side of a name.
_NEAR = 400
_LONGEST_TEXT = 300


class Form:
    """How a name has to stand in the text: what comes right before it and right after it."""

    def __init__(self, before: str = "", after: str = "") -> None:
        """Take two regular expressions, for the line's text before the name and for the text after it."""
        self._before = re.compile(f"(?:{before})$".encode()) if before else None
        self._after = re.compile(f"\\b(?:{after})".encode())

    def is_in(self, text: bytes, name: bytes) -> bool:
        """Whether a name stands in a text in this form."""
        position = text.find(name)
        while position >= 0:
            end = position + len(name)
            if self._after.match(text, end, end + _NEAR) and not text[position - 1 : position].isalnum():
                near = max(0, position - _NEAR)
                line = text[text.rfind(b"\n", near, position) + 1 or near : position]
                if self._before is None or self._before.search(line):
                    return True
            position = text.find(name, end)
        return False


class AnyForm(Form):
    """One of several ways for a name to stand in the text."""

    def __init__(self, *forms: Form) -> None:
        """Take the ways."""
        self._forms = forms

    def is_in(self, text: bytes, name: bytes) -> bool:
        """Whether a name stands in a text in one of the ways."""
        return any(form.is_in(text, name) for form in self._forms)


class SourceFile:
    """A Go file of the repository, cut into its top-level declarations."""

    def __init__(self, file: GoFile, package: Package) -> None:
        """Keep the file; it is cut when something in it is asked for."""
        self.file = file
        self.package = package
        self._parts: dict[int, Syntax] = {}
        self._found: dict[bytes, tuple[int, ...]] = {}
        self._naming: dict[tuple[bytes, Form], list[Syntax]] = {}

    @cached_property
    def texts(self) -> frozenset[str]:
        """What stands between quotes in one line, the paths of imports left out."""
        imported = {item.path for item in self.file.imports}
        pieces = {*self.file.text.split(b'"'), *self.file.text.split(b"`")}
        plain = (piece for piece in pieces if 0 < len(piece) <= _LONGEST_TEXT and b"\n" not in piece)
        return frozenset({piece.decode(errors="replace") for piece in plain} - imported)

    @cached_property
    def _starts(self) -> list[int]:
        return _quickly_cut(self.file.text) or _cut(self.file.text)

    def holding(self, texts: Collection[bytes]) -> list[Syntax]:
        """The declarations that hold one of the texts, in their order."""
        found = {start for text in texts for start in self._starts_of(text)}
        return [self._part(start) for start in sorted(found)]

    def naming(self, name: bytes, form: Form) -> list[Syntax]:
        """The declarations where a name stands in some form."""
        if (name, form) not in self._naming:
            self._naming[name, form] = [part for part in self.holding((name,)) if form.is_in(part.text, name)]
        return self._naming[name, form]

    @cached_property
    def functions(self) -> dict[bytes, list[Syntax]]:
        """The functions and methods by name."""
        found: dict[bytes, list[Syntax]] = {}
        for start in self._starts:
            match = _FUNCTION.match(self.file.text, start)
            if match is not None:
                found.setdefault(match[1], []).append(self._part(start))
        return found

    def _starts_of(self, wanted: bytes) -> tuple[int, ...]:
        """Where the declarations start that hold a text."""
        known = self._found.get(wanted)
        if known is None:
            text, found = self.file.text, []
            position = text.find(wanted)
            while position >= 0:
                index = bisect_right(self._starts, position)
                found.append(self._starts[index - 1])
                position = text.find(wanted, self._starts[index]) if index < len(self._starts) else -1
            known = self._found[wanted] = tuple(found)
        return known

    def _part(self, start: int) -> Syntax:
        if start not in self._parts:
            index = bisect_right(self._starts, start)
            end = self._starts[index] if index < len(self._starts) else len(self.file.text)
            self._parts[start] = Syntax(self.file, self.package, self.file.text[start:end], start)
        return self._parts[start]


class Index:
    """The files that the programs of a repository are made of, by the words in them.

    Programs of one repository share most of their packages: each file is looked through once.
    """

    def __init__(self) -> None:
        """Start without any file."""
        self._files: dict[str, SourceFile] = {}
        self.by_word: dict[bytes, list[SourceFile]] = {}
        self._words: dict[bytes, Collection[bytes]] = {}
        self._all = b""

    def words_of(self, text: bytes) -> Collection[bytes]:
        """The words of the files that may hold a text: one that is whole in it, else all that may go on.

        `.Listen(` is in files with the word Listen, but `Listen(` in those with ReListen, too.
        """
        if text not in self._words:
            whole = max(re.findall(rb"(?<=\W)\w+(?=\W)", text), key=len, default=None)
            self._words[text] = (whole,) if whole else self._going_on(max(re.findall(rb"\w+", text), key=len))
        return self._words[text]

    def _going_on(self, part: bytes) -> tuple[bytes, ...]:
        """The words that hold a part."""
        if not self._all:
            self._all = b"\n".join((b"", *self.by_word, b""))
        found = []
        position = self._all.find(part)
        while position >= 0:
            end = self._all.index(b"\n", position)
            found.append(self._all[self._all.rindex(b"\n", 0, position) + 1 : end])
            position = self._all.find(part, end)
        return tuple(found)

    def add(self, packages: Iterable[Package]) -> None:
        """Look through the files of packages."""
        for package in packages:
            for file in package.files:
                self.file(file, package)

    def file(self, file: GoFile, package: Package) -> SourceFile:
        """Return a file, looked through when it is first asked for."""
        known = self._files.get(file.path)
        if known is None:
            known = self._files[file.path] = SourceFile(file, package)
            self._words.clear()
            self._all = b""
            for word in frozenset(file.text.translate(_WORDS_ONLY).split()):
                self.by_word.setdefault(word, []).append(known)
        return known


def _quickly_cut(text: bytes) -> list[int] | None:
    """Where declarations start, if each is whole at first sight; None where a reader of Go has to look."""
    starts = [0]
    for match in _DECLARATION.finditer(text):
        part = text[starts[-1] : match.end()]
        if (
            part.count(b"{") != part.count(b"}")
            or part.count(b"`") % 2
            or part.count(b"/*") != part.count(b"*/")
        ):
            return None
        starts.append(match.end())
    return starts


def _cut(text: bytes) -> list[int]:
    """Where declarations start, by reading texts and comments as what they are."""
    starts, depth = [0], 0
    for match in _MARK.finditer(text):
        if match["open"]:
            depth += 1
        elif match["close"]:
            depth -= 1
        elif match["start"] and depth == 0:
            starts.append(match.end())
    return starts
