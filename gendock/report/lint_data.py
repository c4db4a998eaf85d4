"""Findings for programs: `json`, `json-lines` and GitHub's annotations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from gendock.dockerfile import Position, Source, Span
from gendock.lint import Finding, Severity

_GITHUB_LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
    Severity.STYLE: "notice",
}


def record(finding: Finding) -> dict[str, Any]:
    """Return a finding as the record that the contract names; rows and columns begin at 1."""
    return {
        "code": finding.rule.code,
        "name": finding.rule.name,
        "also": list(finding.also),
        "severity": finding.severity.label,
        "message": finding.message,
        "help": finding.help,
        "filename": finding.filename,
        **_places(finding.source, finding.span),
        "stage": finding.stage,
        "instruction": finding.instruction,
        "url": finding.rule.url,
        "fix": _fix(finding),
        "related": [
            {
                "filename": one.filename,
                "location": {"row": one.row, "column": one.column},
                "end_location": {"row": one.row, "column": one.end_column},
                "message": one.message,
            }
            for one in finding.related
        ],
    }


def as_json(findings: Sequence[Finding]) -> str:
    """Return one JSON array."""
    return (
        _without_surrogates(json.dumps([record(one) for one in findings], indent=2, ensure_ascii=False))
        + "\n"
    )


def as_json_lines(findings: Sequence[Finding]) -> str:
    """Return one JSON object a line."""
    return "".join(
        _without_surrogates(json.dumps(record(one), ensure_ascii=False)) + "\n" for one in findings
    )


def as_github(findings: Sequence[Finding]) -> str:
    """Return GitHub's workflow commands, which it shows beside the lines of a pull request."""
    return "".join(_annotation(one) for one in findings)


def _annotation(finding: Finding) -> str:
    start, end = finding.start, finding.end
    place = f"{finding.filename}:{start.row}:{start.column}"
    text = f"{place}: {finding.rule.code} {finding.message}"
    if finding.help:
        text += f"\n  help: {finding.help}"
    properties = ",".join(
        f"{name}={_escaped_property(str(value))}"
        for name, value in (
            ("title", f"gendock ({finding.rule.code})"),
            ("file", finding.filename),
            ("line", start.row),
            ("col", start.column),
            ("endLine", end.row),
            ("endColumn", end.column),
        )
    )
    return f"::{_GITHUB_LEVELS[finding.severity]} {properties}::{_escaped(text)}\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _places(source: Source, span: Span) -> dict[str, Any]:
    return {
        "location": _place(source.position(span.start)),
        "end_location": _place(source.position(span.end)),
    }


def _place(position: Position) -> dict[str, int]:
    return {"row": position.row, "column": position.column}


def _fix(finding: Finding) -> dict[str, Any] | None:
    if finding.fix is None:
        return None
    return {
        "applicability": str(finding.fix.applicability),
        "message": finding.fix.message,
        "edits": [{"content": edit.text, **_places(finding.source, edit.span)} for edit in finding.fix.edits],
    }


def _without_surrogates(text: str) -> str:
    # Bytes that are no UTF-8 are lone surrogates in the source; a report has to be UTF-8.
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
