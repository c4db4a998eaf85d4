"""Reviewdog's Diagnostic Format: one `DiagnosticResult` as JSON.

The messages: https://github.com/reviewdog/reviewdog/blob/master/proto/rdf/reviewdog.proto. Its columns count
the bytes of a line from 1, and the end of a range is the place behind it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from gendock.dockerfile import Source, Span
from gendock.lint import Finding, Fix, Related, Severity
from gendock.lint.fix import apply_edits
from gendock.report.paths import Folders
from gendock.report.texts import encodable, message_and_help
from gendock.version import HOME

_SEVERITIES = {
    Severity.ERROR: "ERROR",
    Severity.WARNING: "WARNING",
    Severity.INFO: "INFO",
    Severity.STYLE: "INFO",
}


def as_rdjson(findings: Sequence[Finding], folders: Folders) -> str:
    """Return one JSON object; paths are relative to the working directory, where reviewdog starts."""
    result = {
        "source": {"name": "gendock", "url": HOME},
        "diagnostics": [_diagnostic(finding, folders) for finding in findings],
    }
    return encodable(json.dumps(result, indent=2, ensure_ascii=False)) + "\n"


def _diagnostic(finding: Finding, folders: Folders) -> dict[str, Any]:
    source = finding.source
    diagnostic: dict[str, Any] = {
        "message": message_and_help(finding, with_places=False),
        "location": {
            "path": folders.from_working(finding.filename),
            "range": _range(source, finding.span),
        },
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.rule.code, "url": finding.rule.url},
    }
    if finding.related:
        diagnostic["related_locations"] = [_related(one, folders) for one in finding.places]
    if finding.fix is not None and finding.fix.edits:
        diagnostic["suggestions"] = [_suggestion(source, finding.fix)]
    return diagnostic


def _related(place: Related, folders: Folders) -> dict[str, Any]:
    start = len(place.line[: place.column - 1].encode("utf-8", "surrogateescape")) + 1
    end = len(place.line[: place.end_column - 1].encode("utf-8", "surrogateescape")) + 1
    return {
        "message": place.message,
        "location": {
            "path": folders.from_working(place.filename),
            "range": {
                "start": {"line": place.row, "column": start},
                "end": {"line": place.row, "column": end},
            },
        },
    }


def _suggestion(source: Source, fix: Fix) -> dict[str, Any]:
    """Return a fix as one replacement, because each suggestion stands for itself."""
    span = Span(min(edit.span.start for edit in fix.edits), max(edit.span.end for edit in fix.edits))
    after = apply_edits(source.text, fix.edits)
    behind = len(source.text) - span.end
    return {"range": _range(source, span), "text": after[span.start : len(after) - behind]}


def _range(source: Source, span: Span) -> dict[str, Any]:
    return {"start": _place(source, span.start), "end": _place(source, span.end)}


def _place(source: Source, offset: int) -> dict[str, int]:
    row = source.position(offset).row
    before = source.text[source.line_starts[row - 1] : offset]
    return {"line": row, "column": len(before.encode("utf-8", "surrogateescape")) + 1}
