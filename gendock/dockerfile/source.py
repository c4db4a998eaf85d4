"""A Dockerfile's text and the places in it.

Everything above works with character offsets into one string; rows and columns are made only for people.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from msgspec import Struct

from gendock.dockerfile.spaces import UNICODE_SPACES

BYTE_ORDER_MARK = "\ufeff"


class Span(Struct, frozen=True, order=True, gc=False):
    """A half-open range of character offsets into a source's text."""

    start: int
    end: int

    def cover(self, other: Span) -> Span:
        """Return the smallest span that holds both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


class Position(NamedTuple):
    """A place as a person counts it: row and column start at 1, a column is one character."""

    row: int
    column: int


class Source(Struct, frozen=True, dict=True):
    r"""One Dockerfile's text.

    Bytes that are no UTF-8 are kept as lone surrogates, so that `data` gives back what was read, whatever
    it was. A line ends after its `\n`, as for BuildKit; a carriage return alone ends nothing.
    """

    text: str

    @classmethod
    def of(cls, content: bytes | str) -> Source:
        """Take a Dockerfile's content; bytes are read as UTF-8."""
        text = content.decode("utf-8", "surrogateescape") if isinstance(content, bytes) else content
        return cls(text)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """The offset of each row's first character."""
        return tuple(accumulate((len(line) + 1 for line in _lines(self.text)[:-1]), initial=0))

    @cached_property
    def blank_rows(self) -> frozenset[int]:
        """The rows (from 1) in which BuildKit sees nothing."""
        lines = _lines(self.text.removeprefix(BYTE_ORDER_MARK))
        return frozenset(row for row, line in enumerate(lines, 1) if not line.strip(UNICODE_SPACES))

    @property
    def data(self) -> bytes:
        """The bytes that the text was read from."""
        return self.text.encode("utf-8", "surrogateescape")

    def slice(self, span: Span) -> str:
        """Return the text of a span."""
        return self.text[span.start : span.end]

    def position(self, offset: int) -> Position:
        """Return the row and column of an offset; a byte order mark takes no column."""
        row = self.row(offset)
        start = self.line_starts[row - 1]
        if row == 1 and offset > 0 and self.text.startswith(BYTE_ORDER_MARK):
            start = 1
        return Position(row, offset - start + 1)

    def row(self, offset: int) -> int:
        """Return the row of an offset."""
        return bisect_right(self.line_starts, offset)

    def line_span(self, row: int) -> Span:
        """Return the span of a row (from 1) without its line ending."""
        start = self.line_starts[row - 1]
        end = self.line_starts[row] if row < len(self.line_starts) else len(self.text)
        if row == 1 and self.text.startswith(BYTE_ORDER_MARK):
            start = 1
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return Span(start, end)

    def line(self, row: int) -> str:
        """Return a row's text (from 1) without its line ending."""
        return self.slice(self.line_span(row))


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    # Behind the last line's end there is no further line.
    return lines if lines[-1] else lines[:-1]
