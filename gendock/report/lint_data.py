"""Findings for programs: `json` and `json-lines`, the contract's record each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from gendock.dockerfile import Position, Source, Span
from gendock.lint import Finding
from gendock.lint.finding import beside
from gendock.report.texts import encodable


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
            for one in finding.places
        ],
    }


def as_json(findings: Sequence[Finding]) -> str:
    """Return one JSON array."""
    return encodable(json.dumps([record(one) for one in findings], indent=2, ensure_ascii=False)) + "\n"


def as_json_lines(findings: Sequence[Finding]) -> str:
    """Return one JSON object a line."""
    return "".join(encodable(json.dumps(record(one), ensure_ascii=False)) + "\n" for one in findings)


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
    fix: dict[str, Any] = {
        "applicability": str(finding.fix.applicability),
        "message": finding.fix.message,
        "edits": [{"content": edit.text, **_places(finding.source, edit.span)} for edit in finding.fix.edits],
    }
    if finding.fix.additions:
        fix["additions"] = [
            {"filename": beside(finding, one.filename), "row": one.row, "content": one.text}
            for one in finding.fix.additions
        ]
    return fix
