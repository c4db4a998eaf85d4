"""What gendock says of the same files, at the places that hadolint has words for."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache

from gendock.dockerfile import Dockerfile, read
from gendock.lint import Settings, lint_text, registry
from gendock.lint.options import RuleOptions
from gendock.lint.profiles import Profile
from tests.hadolint.peer import Remark


@cache
def codes() -> frozenset[str]:
    """Return the DL rules that gendock has."""
    return frozenset(rule.code for rule in registry().rules if rule.code.startswith("DL"))


@cache
def settings(options: RuleOptions) -> Settings:
    """Return the settings that select the DL rules, in every stage."""
    return Settings(select=tuple(sorted(codes())), profile=Profile.HADOLINT, options=options)


def remarks(content: bytes, options: RuleOptions) -> dict[Remark, str]:
    """Return gendock's DL findings with the severity of each: one for each rule and instruction."""
    found: dict[Remark, str] = {}
    places = Places(read(content))
    for finding in lint_text(content, settings(options)):
        row = places.row(finding.start.row, finding.span.start)
        found[Remark(finding.rule.code, row)] = finding.severity.label
    return found


class Places:
    """The instructions of a file, by row."""

    def __init__(self, file: Dockerfile) -> None:
        self._source = file.source
        self._spans = [one.span for one in file.instructions]
        self._comments = {file.source.position(one.span.start).row for one in file.comments}

    def row(self, row: int, offset: int) -> int:
        """Return the row in which the instruction around a place begins; a comment's own row."""
        at = bisect_right([span.start for span in self._spans], offset) - 1
        if row in self._comments or at < 0 or offset > self._spans[at].end:
            return row
        return self._source.position(self._spans[at].start).row

    def instruction(self, row: int) -> str:
        """Return the text of the instruction that begins in a row, or else the row."""
        for span in self._spans:
            if self._source.position(span.start).row == row:
                return self._source.slice(span)
        return self._source.line(row) if 0 < row <= len(self._source.line_starts) else ""
