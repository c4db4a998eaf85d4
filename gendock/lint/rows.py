"""Physical lines: which rows an instruction takes, and which of them are blank."""

from __future__ import annotations

from collections.abc import Iterator

from gendock.dockerfile import Dockerfile, Instruction, Source, Span


def whole_row(source: Source, row: int) -> Span:
    """Return the span of a row (from 1) with its line ending."""
    starts = source.line_starts
    return Span(starts[row - 1], starts[row] if row < len(starts) else len(source.text))


def rows_of(source: Source, span: Span) -> range:
    """Return the rows (from 1) on which a span stands."""
    return range(source.row(span.start), source.row(max(span.end - 1, span.start)) + 1)


def empty_continuations(file: Dockerfile, instruction: Instruction) -> Iterator[int]:
    """Yield the blank rows inside of an instruction's line, those behind its last backslash included."""
    source, span = file.source, instruction.line.span
    if source.text.find("\n", span.start, span.end) < 0:
        return
    first, last = source.row(span.start), source.row(span.end)
    rows = range(first + 1, last + 1)
    if not source.blank_rows.isdisjoint(rows):
        yield from (row for row in rows if row in source.blank_rows)


def heredoc_rows(file: Dockerfile) -> frozenset[int]:
    """Return the rows of heredocs, their ends included: every character of them counts."""
    rows: set[int] = set()
    for instruction in file.instructions:
        for body in instruction.heredocs:
            rows.update(rows_of(file.source, body.body.cover(body.terminator)))
    return frozenset(rows)


def instruction_rows(file: Dockerfile) -> frozenset[int]:
    """Return the rows of instructions, blank rows that a backslash continues included."""
    rows: set[int] = set()
    for instruction in file.instructions:
        rows.update(rows_of(file.source, instruction.span))
        if "\n" in file.source.slice(instruction.line.span) or instruction is file.instructions[-1]:
            rows.update(empty_continuations(file, instruction))
    return frozenset(rows)
