"""Fixes of a file's head: directives, and instructions before the first FROM."""

from __future__ import annotations

import re

from gendock.dockerfile import Dockerfile, From, Problem, Span, nearest
from gendock.lint.mistake import Edit, Fix, replace
from gendock.lint.rows import rows_of, whole_row
from gendock.lint.syntax_fixes import instruction_at

_OPTIONS = ("skip", "error", "experimental")


def directive(file: Dockerfile, problem: Problem) -> Fix | None:
    """Delete a directive that says the same again; write the escape or the option that is meant."""
    text = file.source.slice(problem.span)
    if text.startswith("#"):
        return _without_second(file, problem.span)
    row = file.source.line(file.source.position(problem.span.start).row)
    if re.match(r"#\s*escape\s*=", row, re.IGNORECASE):
        ends = [line.rstrip()[-1:] for line in file.source.text.splitlines() if line.strip()]
        used = max("\\`", key=ends.count)
        return replace(problem.span, used, f"write {used}") if ends.count(used) else None
    mended = ";".join(_option(one) for one in text.split(";"))
    return replace(problem.span, mended, f"write {mended}") if mended != text else None


def _option(option: str) -> str:
    key, equals, value = option.partition("=")
    near = nearest(key.strip(), _OPTIONS) or key
    if near == "error" and value.strip().lower() in ("yes", "on", "no", "off"):
        value = "true" if value.strip().lower() in ("yes", "on") else "false"
    return f"{near}{equals}{value}"


def _without_second(file: Dockerfile, span: Span) -> Fix | None:
    name, _, value = file.source.slice(span)[1:].partition("=")
    for known in file.directives:
        if known.name == name.strip().lower() and known.value == value.strip():
            row = file.source.position(span.start).row
            return Fix("delete the second", (Edit(whole_row(file.source, row), ""),))
    return None


def below_from(file: Dockerfile, problem: Problem) -> Fix | None:
    """Move an instruction below the first FROM."""
    start = next((one for one in file.instructions if isinstance(one, From)), None)
    instruction = instruction_at(file, problem.span.start)
    if start is None or instruction is None or start.problems:
        return None
    early = [one for one in file.instructions if one.span.start < start.span.start]
    same = [one for one in early if one.name != "ARG"]
    if same != [instruction] or instruction.comments:
        # Several are moved one after the other, and would change places.
        return None
    text = file.source.text
    rows = rows_of(file.source, instruction.span)
    gone = Span(whole_row(file.source, rows[0]).start, whole_row(file.source, rows[-1]).end)
    moved = text[gone.start : gone.end]
    if not moved.endswith("\n") or moved.rstrip("\r\n").endswith(file.escape):
        return None
    behind = whole_row(file.source, rows_of(file.source, start.span)[-1])
    if not text[behind.start : behind.end].endswith("\n"):
        return None
    at = Span(behind.end, behind.end)
    return Fix("move it below FROM", (Edit(gone, ""), Edit(at, moved)))
