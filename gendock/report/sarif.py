"""SARIF 2.1.0, for GitHub's code scanning, Azure DevOps and editors.

The standard: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. What GitHub wants beyond it:
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from gendock.dockerfile import Source, Span
from gendock.lint import Finding, Fix, Related, Rule, Severity
from gendock.lint.finding import beside
from gendock.report.fingerprints import fingerprints, line_hashes
from gendock.report.paths import Folders
from gendock.report.rules import page
from gendock.report.texts import encodable, message_and_help
from gendock.version import HOME, VERSION

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "SRCROOT"
_LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
    Severity.STYLE: "note",
}
_MOST_SNIPPET = 1000
_MOST_DESCRIPTION = 1024  # GitHub's


def as_sarif(findings: Sequence[Finding], folders: Folders) -> str:
    """Return one SARIF log of one run; places count code points, URIs are relative to the repository."""
    rules = sorted({finding.rule for finding in findings}, key=lambda rule: rule.code)
    indices = {rule: at for at, rule in enumerate(rules)}
    sources = {one.filename: one.source for one in findings}
    hashes = {filename: line_hashes(source.data) for filename, source in sources.items()}
    results = [
        _result(finding, indices[finding.rule], print_, hashes[finding.filename], folders)
        for finding, print_ in zip(findings, fingerprints(findings, folders), strict=True)
    ]
    driver = {
        "name": "gendock",
        "version": VERSION,
        "semanticVersion": VERSION,
        "informationUri": HOME,
        "rules": [_descriptor(rule) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "gendock/lint/"},
        "originalUriBaseIds": {_ROOT: {"uri": _file_uri(folders.root.rstrip("/") + "/")}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return encodable(json.dumps(log, indent=2, ensure_ascii=False)) + "\n"


def _descriptor(rule: Rule) -> dict[str, Any]:
    described = rule.page
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": described.summary},
        "fullDescription": {"text": _shortened(described.reason or described.summary)},
        "help": {"text": f"{described.summary}\n\n{described.reason}".strip(), "markdown": page(rule)},
        "helpUri": rule.url,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": ["dockerfile"], "also": list(rule.also)},
    }


def _result(
    finding: Finding, rule_index: int, fingerprint: str, hashes: list[str], folders: Folders
) -> dict[str, Any]:
    place = artifact(finding.filename, folders)
    region = _region(finding.source, finding.span, snippet=True)
    physical = {"artifactLocation": place, "region": region}
    around = _lines(finding)
    if around.cover(finding.span) == around != finding.span:  # else SARIF forbids it
        physical["contextRegion"] = _region(finding.source, around, snippet=True)
    result = {
        "ruleId": finding.rule.code,
        "ruleIndex": rule_index,
        "level": _LEVELS[finding.severity],
        "message": {"text": _plain(message_and_help(finding, with_places=False))},
        "locations": [{"physicalLocation": physical}],
        "partialFingerprints": {
            "primaryLocationLineHash": hashes[min(finding.start.row, len(hashes)) - 1],
            "gendock/v1": fingerprint,
        },
        "properties": {
            "severity": finding.severity.label,
            "stage": finding.stage,
            "instruction": finding.instruction,
            "also": list(finding.also),
        },
    }
    if finding.related:
        result["relatedLocations"] = [
            _related(at, one, artifact(one.filename, folders))
            for at, one in enumerate(finding.places, start=1)
        ]
    if finding.fix is not None:
        result["fixes"] = [_fix(finding, finding.fix, folders)]
    return result


def _fix(finding: Finding, fix: Fix, folders: Folders) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": _region(finding.source, edit.span), "insertedContent": {"text": edit.text}}
        for edit in sorted(fix.edits, key=lambda edit: edit.span)
    ]
    changes = [{"artifactLocation": artifact(finding.filename, folders), "replacements": replacements}]
    for one in fix.additions:
        region = {"startLine": one.row, "startColumn": 1, "endLine": one.row, "endColumn": 1}
        added = {"deletedRegion": region, "insertedContent": {"text": one.text}}
        place = artifact(beside(finding, one.filename), folders)
        changes.append({"artifactLocation": place, "replacements": [added]})
    return {
        "description": {"text": _plain(fix.message)},
        "artifactChanges": changes if replacements else changes[1:],
        "properties": {"applicability": str(fix.applicability)},
    }


def _related(number: int, related: Related, artifact: dict[str, Any]) -> dict[str, Any]:
    region = {
        "startLine": related.row,
        "startColumn": related.column,
        "endLine": related.row,
        "endColumn": related.end_column,
        "snippet": {"text": related.line[related.column - 1 : related.end_column - 1]},
    }
    physical = {"artifactLocation": artifact, "region": region}
    return {"id": number, "physicalLocation": physical, "message": {"text": _plain(related.message)}}


def _region(source: Source, span: Span, *, snippet: bool = False) -> dict[str, Any]:
    start, end = source.position(span.start), source.position(span.end)
    region: dict[str, Any] = {
        "startLine": start.row,
        "startColumn": start.column,
        "endLine": end.row,
        "endColumn": end.column,
    }
    if snippet and span.end - span.start <= _MOST_SNIPPET:
        region["snippet"] = {"text": source.slice(span)}
    return region


def _lines(finding: Finding) -> Span:
    """Return the whole lines of a finding, and one on either side."""
    source = finding.source
    first = max(1, finding.start.row - 1)
    last = min(len(source.line_starts), finding.end.row + 1)
    return Span(source.line_span(first).start, source.line_span(last).end)


def artifact(filename: str, folders: Folders) -> dict[str, Any]:
    """Return where a file is, relative to the repository where it is in there."""
    path = folders.from_root(filename)
    if path.startswith("/"):
        return {"uri": _file_uri(path)}
    return {"uri": _quoted(path), "uriBaseId": _ROOT}


def _file_uri(path: str) -> str:
    return f"file://{_quoted(path)}"


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_DESCRIPTION else f"{text[: _MOST_DESCRIPTION - 1]}…"


def _quoted(path: str) -> str:
    # The bytes that a name is made of, whether they are UTF-8 or not.
    return quote(path.encode("utf-8", "surrogateescape"))


def _plain(text: str) -> str:
    """Return a message in which no `[text](target)` becomes a link (section 3.11.6)."""
    return text.replace("](", "\\](")
