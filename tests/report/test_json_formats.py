"""GitLab's report by the fields that GitLab checks, rdjson by reviewdog's messages and a validator."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gendock.lint import Finding, Settings, lint_text
from gendock.lint.fix import apply_edits
from gendock.report.gitlab import as_gitlab
from gendock.report.lint_data import as_json, as_json_lines
from gendock.report.paths import Folders
from gendock.report.rdjson import as_rdjson

# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
GITLAB_SEVERITIES = {"info", "minor", "major", "critical", "blocker"}
# proto/rdf/reviewdog.proto: each message with the types of its fields.
RDF: dict[str, dict[str, Any]] = {
    "DiagnosticResult": {"diagnostics": ["Diagnostic"], "source": "Source", "severity": str},
    "Diagnostic": {
        "message": str,
        "location": "Location",
        "severity": str,
        "source": "Source",
        "code": "Code",
        "suggestions": ["Suggestion"],
        "related_locations": ["RelatedLocation"],
    },
    "RelatedLocation": {"message": str, "location": "Location"},
    "Location": {"path": str, "range": "Range"},
    "Range": {"start": "Position", "end": "Position"},
    "Position": {"line": int, "column": int},
    "Suggestion": {"range": "Range", "text": str},
    "Source": {"name": str, "url": str},
    "Code": {"value": str, "url": str},
}


def test_gitlab_has_the_fields_that_gitlab_wants(findings: list[Finding], folders: Folders) -> None:
    issues = json.loads(as_gitlab(findings, folders))
    for finding, issue in zip(findings, issues, strict=True):
        assert set(issue) == {"check_name", "description", "severity", "fingerprint", "location"}
        assert issue["severity"] in GITLAB_SEVERITIES
        assert issue["description"].startswith(finding.rule.code)
        begin = issue["location"]["positions"]["begin"]
        assert (begin["line"], begin["column"]) == finding.start
        assert not issue["location"]["path"].startswith("./")
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    assert as_gitlab([], folders) == "[]\n"


def test_gitlab_knows_a_finding_again(folders: Folders) -> None:
    def prints(text: str) -> list[str]:
        found = lint_text(text, Settings(), filename="Dockerfile")
        return [issue["fingerprint"] for issue in json.loads(as_gitlab(found, folders))]

    text = "FROM debian\nWORKDIR app\nWORKDIR app\n"
    assert prints(text) == prints(f"# one\n# two\n{text}")


def test_rdjson_has_the_fields_of_its_messages(findings: list[Finding], folders: Folders) -> None:
    result = json.loads(as_rdjson(findings, folders))
    check(result, "DiagnosticResult")
    assert len(result["diagnostics"]) == len(findings)
    assert {one["severity"] for one in result["diagnostics"]} <= {"ERROR", "WARNING", "INFO"}


def check(value: object, kind: object) -> None:
    if isinstance(kind, list):
        assert isinstance(value, list)
        for one in value:
            check(one, kind[0])
    elif isinstance(kind, str):
        assert isinstance(value, dict)
        for key, one in value.items():
            check(one, RDF[kind][key])
    else:
        assert isinstance(kind, type)
        assert isinstance(value, kind)


def test_rdjson_passes_the_validator(
    findings: list[Finding], folders: Folders, npm_folder: Path, write: Callable[[str, str], Path]
) -> None:
    assert rdformat_errors(npm_folder, write("findings.json", as_rdjson(findings, folders))) == ""
    assert rdformat_errors(npm_folder, write("clean.json", as_rdjson([], folders))) == ""
    broken = as_rdjson(findings, folders).replace('"path"', '"file"')
    assert rdformat_errors(npm_folder, write("broken.json", broken)) != ""


def rdformat_errors(npm_folder: Path, report: Path) -> str:
    validator = npm_folder / "@umbrelladocs" / "rdformat-validator" / "bin" / "rdformat-validator.js"
    done = subprocess.run(
        ["node", validator, "--strict", "--no-extra-fields", report],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_a_suggestion_is_the_fix_in_bytes(findings: list[Finding], folders: Folders) -> None:
    """The columns of rdjson count bytes: cutting the file's bytes there gives what --fix writes."""
    diagnostics = json.loads(as_rdjson(findings, folders))["diagnostics"]
    for finding, diagnostic in zip(findings, diagnostics, strict=True):
        data = finding.source.data
        marked = data[slice(*offsets(data, diagnostic["location"]["range"]))]
        assert marked == finding.source.slice(finding.span).encode("utf-8", "surrogateescape")
        if finding.fix is None or not finding.fix.edits:
            assert "suggestions" not in diagnostic
            continue
        (suggestion,) = diagnostic["suggestions"]
        start, end = offsets(data, suggestion["range"])
        after = data[:start] + suggestion["text"].encode() + data[end:]
        assert after == apply_edits(finding.source.text, finding.fix.edits).encode()


def offsets(data: bytes, place: dict[str, dict[str, int]]) -> tuple[int, int]:
    lines = data.split(b"\n")
    starts = [sum(len(line) + 1 for line in lines[:row]) for row in range(len(lines))]
    start, end = (starts[place[side]["line"] - 1] + place[side]["column"] - 1 for side in ("start", "end"))
    return start, end


def test_json_and_json_lines_are_the_same(findings: list[Finding]) -> None:
    lines = as_json_lines(findings).split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == json.loads(as_json(findings))
