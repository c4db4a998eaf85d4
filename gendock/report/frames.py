"""Source frames: the lines of a file with carets under the words that are meant."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from msgspec import Struct

from gendock.report.terminal import disarmed, printable

TAB = 4
_WIDE_TAB = " " * TAB
_MOST_ROWS = 6
_MARGIN = 24


class MarkedLine(Struct, frozen=True):
    """A line of source and the columns (from 1, the end not included) that are marked in it."""

    row: int
    text: str
    start: int
    end: int


def frame(lines: list[MarkedLine], *, gutter: int, width: int, mark: str = "^", label: str = "") -> list[str]:
    """Draw lines with marks below them.

    Args:
        lines: what to show; of many only the first and the last are.
        gutter: columns for the row numbers.
        width: columns of the terminal; a longer line is cut around its marks.
        mark: the character to mark with.
        label: a text behind the last mark.
    """
    blank = " " * gutter
    drawn = [f"{blank} |"]
    shown = lines if len(lines) <= _MOST_ROWS else [*lines[: _MOST_ROWS - 1], lines[-1]]
    for at, line in enumerate(shown):
        if at and line.row > shown[at - 1].row + 1:
            drawn.append(f"{'.' * 3:>{gutter}} |")
        text, marks = _draw(line, width - gutter - 3, mark)
        drawn.append(disarmed(f"{line.row:>{gutter}} | {text}".rstrip()))
        tail = f" {label}" if label and at == len(shown) - 1 else ""
        drawn.append(f"{blank} | {marks}{tail}".rstrip())
    return drawn


def window(text: str, at: int, room: int) -> str:
    """Return a line as it is shown, cut to `room` columns around its character number `at`."""
    shown = text.replace("\t", _WIDE_TAB)
    if len(shown) < room and _is_plain(shown):
        return shown
    return _draw(MarkedLine(1, text, at + 1, at + 2), room, "^")[0]


def _is_plain(text: str) -> bool:
    """Tell whether each character of a text is shown as it is, in one column."""
    return text.isascii() and text.isprintable()


def _draw(line: MarkedLine, room: int, mark: str) -> tuple[str, str]:
    """Return a line as it is shown and the marks for below it, both cut to `room` columns."""
    text = line.text
    # Each character as it is shown, and in which column it begins; at last, in which the line ends.
    if _is_plain(text):
        cells: Sequence[str] = text
        columns: Sequence[int] = range(len(text) + 1)
    else:
        cells = [one if " " <= one <= "~" else _shown(one) for one in text]
        widths = [len(one) if one.isascii() else sum(map(_column_width, one)) for one in cells]
        columns = [*accumulate(widths, initial=0)]
    first = min(line.start - 1, len(cells))
    end = min(max(line.end - 1, line.start), len(cells))
    marked = columns[end] - columns[first] or 1
    if columns[first] + marked <= room and columns[-1] <= room:
        return "".join(cells), " " * columns[first] + mark * marked
    return _cut(cells, columns, first, marked, room, mark)


def _cut(
    cells: Sequence[str], columns: Sequence[int], first: int, marked: int, room: int, mark: str
) -> tuple[str, str]:
    """Show a window of a long line, with `...` where something is left out."""
    start = 0
    left = ""
    if columns[first] + min(marked, _MARGIN) > room - 4:
        start = max(0, first - _MARGIN)
        left = "... "
    # What stands in a column of the line is that much further to the left.
    moved = columns[start] - len(left)
    end = max(bisect_right(columns, room - 4 + moved) - 1, start)
    right = " ..." if end < len(cells) else ""
    indent = columns[first] - moved
    shown = "".join(cells[start:end])
    return left + shown + right, " " * indent + mark * max(1, min(marked, columns[end] - moved - indent))


def _shown(character: str) -> str:
    return _WIDE_TAB if character == "\t" else printable(character)


def _column_width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
