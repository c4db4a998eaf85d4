"""Checkstyle's XML report, which Jenkins, reviewdog and many others read.

As https://github.com/checkstyle/checkstyle, XMLLogger.java, writes it: a `file` for each file, an `error` for
each finding, and ignore, info, warning and error as severities.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from gendock.lint import Finding, Severity
from gendock.report.paths import Folders
from gendock.report.texts import message_and_help
from gendock.report.xml_document import document, element

_FORMAT_VERSION = "4.3"
_SEVERITIES = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "info",
    Severity.STYLE: "info",
}


def as_checkstyle(findings: Sequence[Finding], folders: Folders) -> str:
    """Return one document; paths are relative to the working directory."""
    root = element("checkstyle", version=_FORMAT_VERSION)
    for filename, found in groupby(findings, key=lambda finding: finding.filename):
        file = element("file", name=folders.from_working(filename))
        root.append(file)
        for finding in found:
            file.append(
                element(
                    "error",
                    line=finding.start.row,
                    column=finding.start.column,
                    severity=_SEVERITIES[finding.severity],
                    message=message_and_help(finding),
                    source=f"gendock.{finding.rule.code}",
                )
            )
    return document(root)
