"""The Markdown table, read by a parser of Markdown: four cells a row, and nothing of a file is markup."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

from gendock.lint import Finding
from gendock.report.markdown import as_markdown
from gendock.report.paths import Folders
from gendock.report.terminal import printable

OUR_MARKUP = {"text", "code_inline", "link_open", "link_close", "html_inline"}


def cells(text: str) -> list[list[Token]]:
    """Return the content of each row's cells, the head left out."""
    rows: list[list[Token]] = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows and token.level > 3:
            rows[-1].append(token)
    return rows[1:]


def plain(cell: Token) -> str:
    return "".join(child.content for child in cell.children or [] if child.type != "html_inline")


def test_a_row_has_four_cells(findings: list[Finding], folders: Folders) -> None:
    rows = cells(as_markdown(findings, folders))
    for finding, row in zip(findings, rows, strict=True):
        severity, rule, place, said = row
        assert plain(severity) == finding.severity.label
        assert plain(rule) == finding.rule.code
        path = printable(folders.from_root(finding.filename))
        assert plain(place) == f"{path}:{finding.start.row}:{finding.start.column}"
        assert plain(said).startswith(printable(finding.message).replace("`", "")[:20])
        for child in (one for cell in row for one in cell.children or []):
            assert child.type in OUR_MARKUP
            assert child.type != "html_inline" or child.content in {"<br>", "<code>", "</code>"}
            assert child.type != "link_open" or child.attrs["href"] == finding.rule.url


def test_it_can_be_bounded(findings: list[Finding], folders: Folders) -> None:
    whole, bounded = as_markdown(findings, folders), as_markdown(findings, folders, most=2000)
    shown = len(cells(bounded))
    assert 0 < shown < len(findings)
    assert f"\n{len(findings) - shown} more are not shown here.\n" in bounded
    assert len(bounded) < 2500 < len(whole)
    assert bounded.splitlines()[-1] == whole.splitlines()[-1]


def test_nothing_was_found(folders: Folders) -> None:
    assert as_markdown([], folders) == "## gendock\n\nNo findings.\n"
