"""A build that failed: the end of the step's log, the Dockerfile's lines in a frame, the probable cause."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gendock.dockerfile import Source, read
from gendock.engine.build_failure import BuildFailure
from gendock.report.engine_lines import BOLD, RED, Style
from gendock.report.frames import MarkedLine, frame
from gendock.report.terminal import printable, wrapped

_LOG_SHOWN = 40  # lines of the failing step
_CLAUSE = 10  # columns of `because`, `mend`, `rule` and the spaces behind them


@dataclass(frozen=True, slots=True)
class FoundBy:
    """A rule that finds what made the build fail.

    Attributes:
        code: the rule's.
        message: what it says of this Dockerfile; empty where it was only named by the cause.
        row: of its finding; None likewise.
    """

    code: str
    message: str = ""
    row: int | None = None


def build_failure_lines(failure: BuildFailure, style: Style, found_by: Sequence[FoundBy] = ()) -> list[str]:
    """Return what the failing step printed, then the Dockerfile's lines, then the cause and what helps."""
    lines = [style.row("build", f"FAIL  {' '.join((failure.step or failure.message).split())}", code=RED), ""]
    lines += [style.indented(line) for line in failure.log[-_LOG_SHOWN:]]
    if failure.log:
        lines.append("")
    lines += _frame(failure, style)
    clauses: list[tuple[str, str]] = []
    if failure.cause:
        clauses += [("because", failure.cause.because), ("mend", failure.cause.mend)]
    clauses += [("rule", found_by_text(one)) for one in found_by]
    if clauses and lines[-1]:
        lines.append("")
    for word, text in clauses:
        for number, row in enumerate(wrapped(text, style.width - _CLAUSE - 2)):
            lines.append(f"  {('' if number else word).ljust(_CLAUSE)}{row}")
    return [*lines, ""] if clauses else lines


def found_by_text(one: FoundBy) -> str:
    """Return which rule finds a mistake, and where."""
    if not one.message:
        return f"{one.code} finds such mistakes: gendock rule {one.code}"
    return f"gendock lint finds it, {one.code} in line {one.row}: {one.message}"


def failed_rows(failure: BuildFailure) -> list[MarkedLine]:
    """Return the lines of the instruction that failed, as far as the file still has them."""
    if failure.row is None:
        return []
    source = None
    with suppress(OSError):
        source = Source.of(Path(failure.file).read_bytes())
    if source is None:
        return []
    for instruction in read(source.data).instructions:
        first = source.position(instruction.span.start).row
        last = source.position(max(instruction.span.start, instruction.span.end - 1)).row
        if first <= failure.row <= last:
            return [_marked(source, row) for row in range(first, last + 1)]
    return []


def _marked(source: Source, row: int) -> MarkedLine:
    text = source.line(row)
    return MarkedLine(row, text, len(text) - len(text.lstrip()) + 1, len(text.rstrip()) + 1)


def _frame(failure: BuildFailure, style: Style) -> list[str]:
    if failure.row is None:
        return []
    lines = failed_rows(failure)
    gutter = len(str(lines[-1].row if lines else failure.row))
    place = f"{printable(failure.file)}:{failure.row}"
    drawn = [f"{' ' * gutter}--> {style.paint(place, BOLD)}"]
    if lines:
        drawn += frame(lines, gutter=gutter, width=style.width)
    room = style.width - gutter - 5
    for at, row in enumerate(wrapped(failure.message, room)):
        drawn.append(f"{' ' * gutter} {'=' if not at else ' '} {style.paint(row, RED)}")
    return drawn


def build_failure_data(failure: BuildFailure, found_by: Sequence[FoundBy] = ()) -> dict[str, Any]:
    """Return a failed build as JSON's types."""
    cause = failure.cause
    return {
        "passed": False,
        "failure": {
            "message": failure.message,
            "step": failure.step,
            "log": list(failure.log),
            "filename": failure.file,
            "row": failure.row,
            "line": failure.line,
            "cause": cause
            and {
                "id": cause.id,
                "because": cause.because,
                "evidence": cause.evidence,
                "mend": cause.mend,
                "rules": list(cause.rules),
            },
            "found_by": [
                {"code": one.code, "message": one.message or None, "row": one.row} for one in found_by
            ],
        },
    }
