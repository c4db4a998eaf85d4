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
    text, first = line.text, line.start - 1
    end = max(line.end - 1, line.start)
    if _is_plain(text):
        cells: Sequence[str] = text
        widths = [1] * len(text)
    else:
        cells = [one if " " <= one <= "~" else _shown(one) for one in text]
        widths = [len(one) if one.isascii() else sum(map(_column_width, one)) for one in cells]
    before = sum(widths[:first])
    marked = sum(widths[first:end]) or 1
    if before + marked <= room and sum(widths) <= room:
        return "".join(cells), " " * before + mark * marked
    return _cut(cells, widths, first, marked, room, mark)


def _cut(
    cells: Sequence[str], widths: Sequence[int], first: int, marked: int, room: int, mark: str
) -> tuple[str, str]:
    """Show a window of a long line, with `...` where something is left out."""
    start = 0
    left = ""
    if sum(widths[:first]) + min(marked, _MARGIN) > room - 4:
        start = max(0, first - _MARGIN)
        left = "... "
    used = list(accumulate(widths[start:], initial=len(left)))
    kept = max(bisect_right(used, room - 4) - 1, 0)
    indent = len(left) + sum(widths[start:first])
    right = " ..." if start + kept < len(cells) else ""
    shown = "".join(cells[start : start + kept])
    return left + shown + right, " " * indent + mark * max(1, min(marked, used[kept] - indent))


def _shown(character: str) -> str:
    return _WIDE_TAB if character == "\t" else printable(character)


def _column_width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
