"""Azure Pipelines' logging commands, which it lists as a step's errors and warnings.

The command: https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands, "LogIssue". How the
agent reads it: https://github.com/microsoft/azure-pipelines-agent, CommandStringConvertor.cs.
"""

from __future__ import annotations

from collections.abc import Sequence

from gendock.lint import Finding, Severity
from gendock.report.paths import Folders
from gendock.report.terminal import printable
from gendock.report.texts import encodable, related_places, without_controls

_LONGEST = 2000
_ESCAPES = (("%", "%AZP25"), (";", "%3B"), ("\r", "%0D"), ("\n", "%0A"), ("]", "%5D"))


def as_azure(findings: Sequence[Finding], folders: Folders) -> str:
    """Return one command a line; there are errors and warnings and nothing less, and paths are absolute."""
    return encodable("".join(_command(one, folders) for one in findings))


def _command(finding: Finding, folders: Folders) -> str:
    properties = {
        "type": "error" if finding.severity is Severity.ERROR else "warning",
        "sourcepath": without_controls(folders.absolute(finding.filename)),
        "linenumber": str(finding.start.row),
        "columnnumber": str(finding.start.column),
        "code": finding.rule.code,
    }
    text = printable(finding.message, limit=_LONGEST)
    for place in related_places(finding):
        text += f" ({printable(place, limit=_LONGEST)})"
    if finding.help:
        text += f" (help: {printable(finding.help, limit=_LONGEST)})"
    joined = "".join(f"{name}={_escaped(value)};" for name, value in properties.items())
    return f"##vso[task.logissue {joined}]{_escaped(text)}\n"


def _escaped(text: str) -> str:
    for character, escape in _ESCAPES:
        text = text.replace(character, escape)
    return text
