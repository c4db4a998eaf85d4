"""Three texts into one: what gendock wrote last, what people made of it, and what gendock writes now.

Lines are compared, not letters. Where both sides changed the same place, or places without an unchanged line
between them, that is a conflict, as it is for git: a person has to look.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that both sides changed: its first line in people's text, from 1, and each side's lines."""

    row: int
    last: tuple[str, ...]
    theirs: tuple[str, ...]
    ours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """The text where there is no conflict; with one, it is empty."""

    text: str
    conflicts: tuple[Conflict, ...]


def merge(last: str, theirs: str, ours: str) -> Merged:
    """Merge two texts that were made of the same one.

    Args:
        last: what gendock wrote last.
        theirs: what stands there now.
        ours: what gendock writes now.
    """
    base, left, right = (text.splitlines(keepends=True) for text in (last, theirs, ours))
    lines: list[str] = []
    conflicts: list[Conflict] = []
    at_base = at_left = at_right = 0
    for base_row, left_row, right_row, length in _common(base, left, right):
        before = base[at_base:base_row]
        mine, new = left[at_left:left_row], right[at_right:right_row]
        if mine in (before, new):
            lines += new
        elif new == before:
            lines += mine
        else:
            conflicts.append(Conflict(at_left + 1, tuple(before), tuple(mine), tuple(new)))
        lines += left[left_row : left_row + length]
        at_base, at_left, at_right = base_row + length, left_row + length, right_row + length
    return Merged("" if conflicts else "".join(lines), tuple(conflicts))


def _common(
    base: Sequence[str], left: Sequence[str], right: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield the runs of lines that all three have, as rows and a length; an empty one at the end is last."""
    in_left = SequenceMatcher(None, base, left, autojunk=False).get_matching_blocks()
    in_right = SequenceMatcher(None, base, right, autojunk=False).get_matching_blocks()
    left_index = right_index = 0
    while left_index < len(in_left) and right_index < len(in_right):
        one, other = in_left[left_index], in_right[right_index]
        start, end = max(one.a, other.a), min(one.a + one.size, other.a + other.size)
        if start < end:
            yield start, one.b + start - one.a, other.b + start - other.a, end - start
        if one.a + one.size < other.a + other.size:
            left_index += 1
        else:
            right_index += 1
    yield len(base), len(left), len(right), 0
