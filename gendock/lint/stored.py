"""Findings without what the file and the rules give back: as a cache keeps them, and as workers send them."""

from __future__ import annotations

from functools import cache

import msgspec

from gendock.dockerfile import Source, Span
from gendock.lint.finding import Finding
from gendock.lint.mistake import Addition, Applicability, Edit, Fix, Related, Severity
from gendock.lint.registry import registry
from gendock.lint.rule import Rule


class StoredFinding(msgspec.Struct, array_like=True):
    """A finding on its own."""

    code: str
    severity: int
    span: tuple[int, int]
    message: str
    help: str
    also: tuple[str, ...]
    stage: str
    instruction: str
    fix: tuple[str, str, tuple[tuple[int, int, str], ...], tuple[tuple[str, int, str], ...]] | None
    related: tuple[tuple[str, int, int, int, str, str], ...]

    @classmethod
    def of(cls, finding: Finding) -> StoredFinding:
        """Take from a finding what is its own."""
        fix = None
        if finding.fix is not None:
            edits = tuple((edit.span.start, edit.span.end, edit.text) for edit in finding.fix.edits)
            additions = tuple((one.filename, one.row, one.text) for one in finding.fix.additions)
            fix = (finding.fix.message, str(finding.fix.applicability), edits, additions)
        return cls(
            code=finding.rule.code,
            severity=int(finding.severity),
            span=(finding.span.start, finding.span.end),
            message=finding.message,
            help=finding.help,
            also=finding.also,
            stage=finding.stage,
            instruction=finding.instruction,
            fix=fix,
            related=tuple(
                (one.filename, one.row, one.column, one.end_column, one.line, one.message)
                for one in finding.related
            ),
        )

    def restored(self, source: Source, filename: str) -> Finding:
        """Return the finding; `source` is the file's text, `filename` the name to show."""
        fix = None
        if self.fix is not None:
            message, applicability, edits, additions = self.fix
            made = tuple(Edit(Span(start, end), text) for start, end, text in edits)
            added = tuple(Addition(*one) for one in additions)
            fix = Fix(message, made, Applicability(applicability), added)
        return Finding(
            rule=_rule(self.code),
            severity=Severity(self.severity),
            filename=filename,
            source=source,
            span=Span(*self.span),
            message=self.message,
            help=self.help,
            also=self.also,
            stage=self.stage,
            instruction=self.instruction,
            fix=fix,
            related=tuple(Related(*one) for one in self.related),
        )


class StoredEntry(msgspec.Struct, array_like=True):
    """The findings of one content; `beside` are the files that were read, with their digests."""

    beside: dict[str, str]
    findings: list[StoredFinding]


def _rule(code: str) -> Rule:
    known = _rules().get(code)
    if known is not None:
        return known
    from gendock.lint.shellcheck.rules import unknown_rule

    return unknown_rule(int(code[2:]))


@cache
def _rules() -> dict[str, Rule]:
    return {rule.code: rule for rule in registry().rules}
