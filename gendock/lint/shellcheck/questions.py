"""The texts that ShellCheck is asked about: what a shell reads of a RUN, with its places in the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from msgspec import Struct

from gendock.dockerfile import Span
from gendock.dockerfile.heredocs import HeredocBody
from gendock.lint.digest import digest_of
from gendock.lint.scripts import Piece, Script
from gendock.lint.shellcheck.quiet import STAND_IN, is_quiet, plain_runs
from gendock.lint.shellcheck.variables import exports

# What ShellCheck calls the shells that it knows.
_DIALECTS = {
    "sh": "sh",
    "bash": "bash",
    "ash": "dash",
    "dash": "dash",
    "ksh": "ksh",
    "mksh": "ksh",
    "busybox": "busybox sh",
}
_SHEBANG = re.compile(r"#![ \t]*(?P<words>[^\n]*)\n?")
_ERREXIT = re.compile(r"-[a-zA-Z]*e[a-zA-Z]*|errexit")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
# What the shell around a heredoc would change in it.
# Characters. ShellCheck takes some seconds for so much, and four times as long for twice of it.
_LONGEST = 60_000
_TEMPLATE = "<%="
_EXPANDED = re.compile(r"[$`\\]")
_HEAD_ROWS = 2


class Part(Struct, frozen=True):
    """A part of a question; `place` leads from an offset in it to one in the file, None leads nowhere."""

    text: str
    place: Callable[[int], int] | None


class Question(Struct, frozen=True, dict=True):
    """One text to be checked: a head that ShellCheck needs and two rows long, and the script in parts.

    `is_any_shell` where nobody knows which shell the image's /bin/sh is.
    """

    head: str
    parts: tuple[Part, ...]
    is_any_shell: bool = False

    @cached_property
    def text(self) -> str:
        """The whole text; what is no UTF-8 is a question mark, so that columns stay."""
        return f"{self.head}{self.script}\n".encode("utf-8", "replace").decode()

    @cached_property
    def script(self) -> str:
        """The script alone."""
        return "".join(part.text for part in self.parts)

    @cached_property
    def key(self) -> str:
        """What tells this text from all others."""
        return digest_of(self.text.encode())

    def offset(self, row: int, column: int) -> int | None:
        """Return the offset in the script of a row and column of the text; None for one in its head.

        A row behind the last is where the script ends.
        """
        if row <= _HEAD_ROWS:
            return None
        if row - _HEAD_ROWS > len(self._rows):
            return len(self.script)
        return self._rows[row - _HEAD_ROWS - 1] + column - 1

    def span(self, start: int, end: int) -> Span | None:
        """Return where a part of the script stands in the file; None where it stands nowhere."""
        first = self._place(start)
        if end <= start:
            before = self._place(start - 1) if first is None else None
            at = first if before is None else before + 1
            return None if at is None else Span(at, at)
        last = self._place(end - 1)
        return None if first is None or last is None or last < first else Span(first, last + 1)

    def end(self) -> Span | None:
        """Return the place of the last character, blanks aside, that stands in the file."""
        for part in reversed(self.parts):
            if part.place is not None and part.text.strip():
                last = part.place(len(part.text.rstrip()) - 1)
                return Span(last, last + 1)
        return None

    def _place(self, offset: int) -> int | None:
        at = bisect_right(self._starts, offset) - 1
        if at < 0 or offset - self._starts[at] >= len(self.parts[at].text):
            return None
        part = self.parts[at]
        return None if part.place is None else part.place(offset - self._starts[at])

    def is_continued(self, start: int, end: int) -> bool:
        """Tell whether a part of the script goes on over several lines of the file."""
        span = self.span(start, end)
        return span is not None and span.end - span.start > end - start

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [], 0
        for part in self.parts:
            starts.append(at)
            at += len(part.text)
        return starts

    @cached_property
    def _rows(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.script))]


def questions_of(script: Script, variables: frozenset[str], sh: str | None) -> Iterator[Question]:
    """Yield what is to be checked of a RUN: nothing of an exec form, or where no such shell reads it.

    A text so long that ShellCheck would need minutes for it is left out, too, and so is an ERB template.
    `sh` is the shell that the image's /bin/sh is: `sh` for what POSIX asks of one, None for any.
    """
    if not script.pieces or len(script.text) > _LONGEST or _TEMPLATE in script.text:
        return
    shell = script.shell
    heredocs = script.run.heredocs
    if not heredocs:
        piece = script.pieces[0]
        if not is_quiet(piece.text):
            yield from _question(shell, tuple(_condensed(piece)), variables, sh)
    elif not all(heredoc.terminator.end > heredoc.terminator.start for heredoc in heredocs):
        return  # the reader says what is wrong there
    elif script.run.command.words[0].span == heredocs[0].opener:
        yield from _body(shell, heredocs[0], variables, sh)
    else:
        line, *inner = script.pieces
        parts = [Part(line.text, line.place), Part("\n", None)]
        for heredoc in heredocs:
            parts += [*_lines(heredoc), _kept(heredoc.terminator, heredoc.name), Part("\n", None)]
        yield from _question(shell, tuple(parts), variables, sh)
        if inner and not (heredocs[0].heredoc.expand and _EXPANDED.search(heredocs[0].text)):
            yield from _body(tuple(line.text.split()), heredocs[0], variables, sh)


def _question(
    shell: Iterable[str], parts: tuple[Part, ...], variables: frozenset[str], sh: str | None
) -> Iterator[Question]:
    program, *options = shell
    name = program.rpartition("/")[2]
    if name == "ash" and sh != "sh":
        name = "busybox"
    dialect = _DIALECTS.get((sh or name) if name == "sh" else name)
    if dialect is None:
        return
    stops = " -e" if any(_ERREXIT.fullmatch(option) for option in options) else ""
    names = exports("".join(part.text for part in parts), variables)
    exported = "export " + " ".join(f"{name}=1" for name in names) if names else ""
    yield Question(f"#!/bin/{dialect}{stops}\n{exported}\n", parts, name == "sh" and sh is None)


def _body(
    shell: tuple[str, ...], heredoc: HeredocBody, variables: frozenset[str], sh: str | None
) -> Iterator[Question]:
    """Yield a heredoc that is a script; its first line may name the shell."""
    parts = tuple(_lines(heredoc))
    shebang = _SHEBANG.match(parts[0].text) if parts else None
    if shebang is None:
        yield from _question(shell, parts, variables, sh)
        return
    words = shebang["words"].split()
    if words and words[0].rpartition("/")[2] == "env":
        words = words[1:]
    # Its row stays, so that the rows behind it do.
    yield from _question(words or shell, (Part("\n", None), *parts[1:]), variables, sh)


def _condensed(piece: Piece) -> Iterator[Part]:
    """Yield a script in parts, with what is plain in it cut short."""
    at = 0
    for start, end in plain_runs(piece.text):
        yield Part(piece.text[at:start], _from(piece.place, at))
        yield Part(STAND_IN, _between(piece.place, start, piece.text[start:end]))
        at = end
    yield Part(piece.text[at:], _from(piece.place, at))


def _between(place: Callable[[int], int], start: int, text: str) -> Callable[[int], int]:
    """Return the way from a stand-in to what it stands for: its first character, and behind that the last."""
    first = start + len(text) - len(text.lstrip())
    last = start + len(text.rstrip()) - 1
    begin = len(STAND_IN) - len(STAND_IN.lstrip())
    return lambda offset: place(first if offset <= begin else last)


def _lines(heredoc: HeredocBody) -> Iterator[Part]:
    """Yield a heredoc's lines as the shell gets them, without the tabs that `<<-` takes away."""
    at = heredoc.body.start
    for line in _LINE.findall(heredoc.text):
        kept = line.lstrip("\t") if heredoc.heredoc.strip_tabs else line
        yield Part(kept, _from(None, at + len(line) - len(kept)))
        at += len(line)


def _kept(span: Span, text: str) -> Part:
    return Part(text, _from(None, span.start))


def _from(place: Callable[[int], int] | None, start: int) -> Callable[[int], int]:
    """Return the way to the file from an offset behind `start`, by `place` if that is not in the file yet."""
    if place is None:
        return lambda offset: start + offset
    return lambda offset: place(start + offset)
