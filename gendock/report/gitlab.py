"""GitLab's Code Quality report, which it compares between a merge request and its target.

The format: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format. What GitLab checks:
app/validators/json_schemas/codeclimate.json and lib/gitlab/ci/parsers/codequality/ of its source.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from gendock.dockerfile import Position
from gendock.lint import Finding, Severity
from gendock.report.fingerprints import fingerprints
from gendock.report.paths import Folders
from gendock.report.texts import encodable, message_and_help

_SEVERITIES = {
    Severity.ERROR: "critical",
    Severity.WARNING: "major",
    Severity.INFO: "minor",
    Severity.STYLE: "info",
}


def as_gitlab(findings: Sequence[Finding], folders: Folders) -> str:
    """Return one JSON array; paths are relative to the repository, as GitLab wants them."""
    issues = [
        _issue(finding, fingerprint, folders)
        for finding, fingerprint in zip(findings, fingerprints(findings, folders), strict=True)
    ]
    return encodable(json.dumps(issues, indent=2, ensure_ascii=False)) + "\n"


def _issue(finding: Finding, fingerprint: str, folders: Folders) -> dict[str, Any]:
    return {
        "check_name": finding.rule.code,
        "description": f"{finding.rule.code} {message_and_help(finding)}",
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": fingerprint,
        "location": {
            "path": folders.from_root(finding.filename),
            "positions": {"begin": _place(finding.start), "end": _place(finding.end)},
        },
    }


def _place(position: Position) -> dict[str, int]:
    return {"line": position.row, "column": position.column}
