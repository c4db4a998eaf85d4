"""Findings as a Markdown table, for comments on merge requests and for the summary of a GitHub job.

The table is GitHub Flavored Markdown's: https://github.github.com/gfm/#tables-extension-.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gendock.lint import Finding
from gendock.lint.tally import Tally
from gendock.report.paths import Folders
from gendock.report.summary import summary
from gendock.report.terminal import printable
from gendock.report.texts import encodable, related_places

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>&|~$#!]")
_HEAD = ("| severity | rule | place | what |", "| --- | --- | --- | --- |")


def as_markdown(findings: Sequence[Finding], folders: Folders, *, most: int | None = None) -> str:
    """Return a heading, a table and how many of what.

    Args:
        findings: a row each.
        folders: paths are relative to the repository.
        most: characters after which rows are left out, with a note how many.
    """
    if not findings:
        return "## gendock\n\nNo findings.\n"
    rows: list[str] = []
    size = 0
    for finding in findings:
        row = _row(finding, folders)
        size += len(row) + 1
        if most is not None and size > most:
            break
        rows.append(row)
    lines = ["## gendock", "", *_HEAD, *rows, ""]
    if len(rows) < len(findings):
        lines += [f"{len(findings) - len(rows)} more are not shown here.", ""]
    lines.append(text_of(summary(Tally.of(findings)).strip()))
    return encodable("\n".join(lines)) + "\n"


def _row(finding: Finding, folders: Folders) -> str:
    row, column = finding.start
    place = f"{printable(folders.from_root(finding.filename))}:{row}:{column}"
    said = _inline(printable(finding.message))
    for related in related_places(finding):
        said += f"<br>{_inline(printable(related))}"
    if finding.help:
        said += f"<br>help: {_inline(printable(finding.help))}"
    link = f"[{finding.rule.code}]({finding.rule.url})"
    return f"| {finding.severity.label} | {link} | {_code(place)} | {said} |"


def _inline(text: str) -> str:
    """Return a message; what stands between its backticks stays code, all else is text."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return text_of(text)
    return "".join(_code(part) if at % 2 else text_of(part) for at, part in enumerate(parts))


def text_of(text: str) -> str:
    """Return a text that no reader of Markdown takes for markup."""
    # A reference to a character is never markup, and no table is cut at it.
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text)


def _code(text: str) -> str:
    if not text.strip() or re.search(r"[`|]|^\s|\s$", text):
        return f"<code>{text_of(text)}</code>"
    return f"`{text}`"
