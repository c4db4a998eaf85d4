"""GitHub's workflow commands, which it shows beside the lines of a pull request.

The commands: https://docs.github.com/actions/reference/workflow-commands-for-github-actions. How the runner
reads them: https://github.com/actions/runner, ActionCommand.cs and ActionCommandManager.cs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from gendock.lint import Finding, Severity
from gendock.report.paths import Folders
from gendock.report.terminal import printable
from gendock.report.texts import encodable, related_places, without_controls

MOST_PER_LEVEL = 10
"""What GitHub shows of one step, of each level."""
_LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
    Severity.STYLE: "notice",
}
_LONGEST = 2000


def as_github(findings: Sequence[Finding], folders: Folders) -> str:
    """Return one annotation a line; paths are relative to the checkout, as GitHub wants them."""
    return encodable("".join(_annotation(one, folders) for one in findings))


def first_annotations(findings: Sequence[Finding], folders: Folders) -> str:
    """Return as many annotations of each level as GitHub shows of one step."""
    seen: Counter[str] = Counter()
    chosen: list[Finding] = []
    for finding in findings:
        level = _LEVELS[finding.severity]
        seen[level] += 1
        if seen[level] <= MOST_PER_LEVEL:
            chosen.append(finding)
    return as_github(chosen, folders)


def _annotation(finding: Finding, folders: Folders) -> str:
    start, end = finding.start, finding.end
    path = folders.from_root(finding.filename)
    properties: dict[str, object] = {
        "title": f"gendock ({finding.rule.code})",
        "file": without_controls(path),
        "line": start.row,
        "col": start.column,
        "endLine": end.row,
        "endColumn": end.column,
    }
    if start.row != end.row:  # the runner refuses columns then
        del properties["col"], properties["endColumn"]
    text = f"{printable(path)}:{start.row}:{start.column}: {finding.rule.code} {_shown(finding.message)}"
    for place in related_places(finding):
        text += f"\n  {_shown(place)}"
    if finding.help:
        text += f"\n  help: {_shown(finding.help)}"
    return command(_LEVELS[finding.severity], properties, text)


def command(level: str, properties: Mapping[str, object], text: str) -> str:
    """Return one workflow command; its text may have several lines."""
    joined = ",".join(f"{name}={_escaped_property(str(value))}" for name, value in properties.items())
    return f"::{level} {joined}::{_escaped(text)}\n"


def _shown(text: str) -> str:
    return printable(text, limit=_LONGEST)


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
