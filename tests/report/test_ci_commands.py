"""GitHub's and Azure's commands, read as the runner and the agent read them."""

from __future__ import annotations

import re

from gendock.lint import Finding
from gendock.report.azure import as_azure
from gendock.report.github import MOST_PER_LEVEL, as_github, first_annotations
from gendock.report.paths import Folders
from gendock.report.texts import encodable, without_controls

# Both replace in this order, the sign of an escape last.
RUNNER_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
RUNNER_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
AGENT = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%"))


def unescaped(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for escape, character in escapes:
        text = text.replace(escape, character)
    return text


def read_by_runner(line: str) -> tuple[str, dict[str, str], str]:
    """Read a line as TryParseV2 of the runner's ActionCommand.cs does."""
    assert line.startswith("::")
    end = line.index("::", 2)
    name, _, properties = line[2:end].partition(" ")
    pairs = [pair.split("=", 1) for pair in properties.strip().split(",") if pair]
    known = {key: unescaped(value, RUNNER_PROPERTY) for key, value in pairs}
    return name, known, unescaped(line[end + 2 :], RUNNER_DATA)


def read_by_agent(line: str) -> tuple[str, dict[str, str], str]:
    """Read a line as the agent does, which looks for `##vso[` anywhere in it."""
    start = line.index("##vso[") + len("##vso[")
    end = line.index("]", start)
    name, _, properties = line[start:end].partition(" ")
    pairs = [pair.split("=", 1) for pair in properties.split(";") if pair]
    known = {key: unescaped(value, AGENT) for key, value in pairs}
    return name, known, unescaped(line[end + 1 :], AGENT)


def lines_of(text: str) -> list[str]:
    """Split where a .NET reader splits."""
    lines = re.split("\r\n|\r|\n", text)
    assert lines.pop() == ""
    return lines


def shown(path: str) -> str:
    return encodable(without_controls(path))


def test_the_runner_reads_what_was_meant(findings: list[Finding], folders: Folders) -> None:
    lines = lines_of(as_github(findings, folders))
    for finding, line in zip(findings, lines, strict=True):
        name, properties, data = read_by_runner(line)
        start, end = finding.start, finding.end
        assert name in {"error", "warning", "notice"}
        assert properties["title"] == f"gendock ({finding.rule.code})"
        assert properties["file"] == shown(folders.from_root(finding.filename))
        assert (properties["line"], properties["endLine"]) == (str(start.row), str(end.row))
        columns = {"col": str(start.column), "endColumn": str(end.column)}
        if start.row == end.row:
            assert columns.items() <= properties.items()
        else:  # ValidateLinesAndColumns of ActionCommandManager.cs
            assert not columns.keys() & properties.keys()
        assert f":{start.row}:{start.column}: {finding.rule.code} " in data
        assert ("\n  help: " in data) == bool(finding.help)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", data)


def test_annotations_are_as_many_as_github_shows(findings: list[Finding], folders: Folders) -> None:
    lines = lines_of(first_annotations(findings * 20, folders))
    levels = [read_by_runner(line)[0] for line in lines]
    assert {level: levels.count(level) for level in levels} == {
        "error": MOST_PER_LEVEL,
        "warning": MOST_PER_LEVEL,
        "notice": MOST_PER_LEVEL,
    }
    assert lines[0] == lines_of(as_github(findings, folders))[0]


def test_the_agent_reads_what_was_meant(findings: list[Finding], folders: Folders) -> None:
    lines = lines_of(as_azure(findings, folders))
    for finding, line in zip(findings, lines, strict=True):
        name, properties, data = read_by_agent(line)
        assert name == "task.logissue"
        assert properties == {
            "type": "error" if finding.severity.label == "error" else "warning",
            "sourcepath": shown(folders.absolute(finding.filename)),
            "linenumber": str(finding.start.row),
            "columnnumber": str(finding.start.column),
            "code": finding.rule.code,
        }
        assert data
        assert not re.search(r"[\x00-\x1f\x7f]", data)


def test_nothing_is_nothing(folders: Folders) -> None:
    assert as_github([], folders) == as_azure([], folders) == ""
