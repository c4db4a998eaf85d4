"""What BuildKit's own checks said of a Dockerfile, with frames."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from gendock.engine.build_check import CheckWarning
from gendock.report.engine_lines import BOLD, YELLOW, Style, counted
from gendock.report.frames import MarkedLine, frame
from gendock.report.terminal import printable


def check_lines(warnings: Sequence[CheckWarning], file: Path, style: Style, seconds: float) -> list[str]:
    """Return each warning with the lines that it is about, and how many there are."""
    rows: list[str] = []
    with suppress(OSError):
        rows = file.read_text("utf-8", "replace").splitlines()
    lines: list[str] = []
    for warning in warnings:
        lines.append(f"{style.paint(warning.name, YELLOW)} {style.paint(printable(warning.message), BOLD)}")
        if warning.row:
            last = max(warning.row, warning.end_row or 0)
            marked = [_marked(rows, row) for row in range(warning.row, last + 1) if row <= len(rows)]
            gutter = max(2, len(str(last)))
            lines.append(f"{' ' * gutter}--> {printable(str(file))}:{warning.row}")
            lines += frame(marked, gutter=gutter, width=style.width) if marked else []
        lines += [f"see: {printable(warning.url)}"] if warning.url else []
        lines.append("")
    return [*lines, style.row("checks", f"{file}   {counted(len(warnings), 'warning')}", seconds)]


def _marked(rows: Sequence[str], row: int) -> MarkedLine:
    text = rows[row - 1]
    return MarkedLine(row, text, len(text) - len(text.lstrip()) + 1, len(text.rstrip()) + 1)


def check_data(warnings: Sequence[CheckWarning], file: Path) -> dict[str, Any]:
    """Return the warnings as JSON's types."""
    return {
        "passed": not warnings,
        "filename": str(file),
        "warnings": [
            {
                "name": one.name,
                "message": one.message,
                "url": one.url,
                "row": one.row,
                "end_row": one.end_row,
            }
            for one in warnings
        ],
        "failure": None,
    }
