"""Heredocs: which words of an instruction open one, and what they say."""

from __future__ import annotations

import re

from msgspec import Struct

from gendock.dockerfile.shell_words import ShellSyntaxError, ShellWords
from gendock.dockerfile.source import Span

# `3<<-"EOF"`: file descriptor, tabs to strip, name. Source: reHeredoc in BuildKit's parser.go.
_OPENER = r"([0-9]*)<<(-?)[\t\n\f\r ]*([^<]*)\Z"
_MOST_DESCRIPTOR = 2**64 - 1


class Heredoc(Struct, frozen=True, gc=False):
    """What an opening word says; `start` and `end` are its place in the logical line."""

    name: str
    expand: bool
    strip_tabs: bool
    descriptor: int
    start: int
    end: int


class HeredocBody(Struct, frozen=True, gc=False):
    """A heredoc with its place: the word that opens it, its text, the line that ends it.

    `terminator` is empty, at the end of the file, where the end is missing.
    """

    heredoc: Heredoc
    text: str
    opener: Span
    body: Span
    terminator: Span

    @property
    def name(self) -> str:
        """The name between the opening word and the end."""
        return self.heredoc.name


def parse_opener(word: str, start: int = 0, end: int = 0) -> Heredoc | None:
    """Read a word as the opening of a heredoc; None where it is none."""
    found = re.match(_OPENER, word)
    if found is None or not found.group(3):
        return None
    rest = found.group(3)
    try:
        plain = ShellWords(rest, keep_unset=True).split()
        raw = ShellWords(rest, keep_unset=True, raw_quotes=True).split()
    except ShellSyntaxError:
        return None
    if len(plain) != 1 or len(raw) != 1:
        return None
    name = plain[0].text
    quoted = _quotes(name) != _quotes(raw[0].text)
    return Heredoc(name, not quoted, found.group(2) == "-", _descriptor(found.group(1)), start, end)


def heredocs_of(line: str) -> list[Heredoc]:
    """Return the heredocs that a logical line opens, in order.

    A line whose quotes do not match opens none, as in BuildKit.
    """
    try:
        words = ShellWords(line, keep_unset=True, raw_quotes=True, raw_escapes=True).split()
    except ShellSyntaxError:
        return []
    found = (parse_opener(word.text, word.start, word.end) for word in words)
    return [heredoc for heredoc in found if heredoc is not None]


def _descriptor(digits: str) -> int:
    digits = digits.lstrip("0")
    # Python refuses to read very long numbers; Go takes the greatest that it has.
    return min(int(digits or 0), _MOST_DESCRIPTOR) if len(digits) <= 20 else _MOST_DESCRIPTOR


def _quotes(text: str) -> int:
    return text.count("'") + text.count('"')
