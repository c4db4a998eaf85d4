"""Source frames: the lines of a file with carets under the words that are meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from msgspec import Struct

from gendock.report.terminal import disarmed, printable

TAB = 4
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
    return _draw(MarkedLine(1, text, at + 1, at + 2), room, "^")[0]


def _draw(line: MarkedLine, room: int, mark: str) -> tuple[str, str]:
    """Return a line as it is shown and the marks for below it, both cut to `room` columns."""
    end = max(line.end, line.start + 1)
    whole = printable(line.text, limit=len(line.text))
    # As long as the line with its tabs made wide: each other character is one that is shown as it is.
    if whole.isascii() and len(whole) == _wide(line.text) <= room:
        before = _wide(line.text[: line.start - 1])
        marked = _wide(line.text[line.start - 1 : end - 1]) or 1
        if before + marked <= room:
            return whole, " " * before + mark * marked
    cells = list(_cells(line.text))
    before = sum(width for _, width in cells[: line.start - 1])
    marked = sum(width for _, width in cells[line.start - 1 : end - 1]) or 1
    whole = "".join(shown for shown, _ in cells)
    if before + marked <= room and _columns(whole) <= room:
        return whole, " " * before + mark * marked
    return _cut(cells, line.start - 1, before, marked, room, mark)


def _wide(text: str) -> int:
    return len(text) + (TAB - 1) * text.count("\t")


def _cut(
    cells: list[tuple[str, int]], first: int, before: int, marked: int, room: int, mark: str
) -> tuple[str, str]:
    """Show a window of a long line, with `...` where something is left out."""
    start = 0
    left = ""
    if before + min(marked, _MARGIN) > room - 4:
        start = max(0, first - _MARGIN)
        left = "... "
    kept: list[str] = []
    used = len(left)
    for shown, width in cells[start:]:
        if used + width > room - 4:
            break
        kept.append(shown)
        used += width
    indent = len(left) + sum(width for _, width in cells[start:first])
    right = " ..." if start + len(kept) < len(cells) else ""
    return left + "".join(kept) + right, " " * indent + mark * max(1, min(marked, used - indent))


def _cells(text: str) -> Iterator[tuple[str, int]]:
    """Yield each character as it is shown, with the columns that it takes."""
    for character in text:
        if " " <= character <= "~":
            yield character, 1
            continue
        if character == "\t":
            yield " " * TAB, TAB
            continue
        shown = printable(character)
        yield shown, _columns(shown)


def _columns(text: str) -> int:
    return sum(_column_width(character) for character in text)


def _column_width(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
