"""Silence all findings of a file by comments, to begin with a clean slate."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from gendock.dockerfile import Dockerfile, Span, read
from gendock.dockerfile.source import BYTE_ORDER_MARK
from gendock.lint.finding import Finding
from gendock.lint.fix import apply_edits
from gendock.lint.mistake import Edit

_HADOLINT = re.compile(r"[ \t]*#\s*hadolint\s.*\n", re.IGNORECASE)


def add_ignore(text: str, findings: Iterable[Finding], reason: str) -> tuple[str, int]:
    """Put a comment above each instruction that has findings.

    A comment stands below the parser directives and above the first line of the instruction, never inside of
    it. What belongs to no instruction, and what cannot be read, is left: it has to be mended.

    Args:
        text: the Dockerfile.
        findings: those of the text.
        reason: stands behind each comment.

    Returns:
        The new text, and how many findings it silences.
    """
    file = read(text)
    broken = {problem.span for problem in file.all_problems}
    placed = [(at, finding) for finding in findings if (at := _line_above(file, finding.span)) is not None]
    silenced = sorted(
        ((at, finding) for at, finding in placed if finding.span not in broken), key=lambda pair: pair[0]
    )
    newline = "\r\n" if "\r\n" in text else "\n"
    edits: list[Edit] = []
    for at, group in groupby(silenced, key=lambda pair: pair[0]):
        codes = ", ".join(sorted({finding.rule.code for _, finding in group}))
        comment = f"# gendock: ignore[{codes}] {' '.join(reason.split())}".rstrip()
        edits.append(Edit(Span(at, at), comment + newline))
    return apply_edits(text, edits), len(silenced)


def _line_above(file: Dockerfile, place: Span) -> int | None:
    """Return where the line of the instruction at a place begins, or of hadolint's comments right above.

    hadolint wants its comments in the row just before the instruction.
    """
    text = file.source.text
    for instruction in file.instructions:
        if instruction.span.start <= place.start <= instruction.span.end:
            start = _line_start(text, instruction.span.start)
            while _HADOLINT.match(text, above := _line_start(text, max(start - 1, 0)), start):
                start = above
            return start
    return None


def _line_start(text: str, at: int) -> int:
    """Return where a line begins; a byte order mark stays the first character."""
    start = text.rfind("\n", 0, at) + 1
    return start + text.startswith(BYTE_ORDER_MARK, start)
