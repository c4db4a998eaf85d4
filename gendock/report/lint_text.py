"""Findings for people: `full` with frames and fixes, `concise` with one line each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

from msgspec import Struct

from gendock.dockerfile import Position, Source, Span
from gendock.lint import Applicability, Edit, Finding, Fix, Severity
from gendock.lint.finding import beside
from gendock.lint.fix import apply_edits
from gendock.lint.tally import Tally
from gendock.report.frames import MarkedLine, frame, window
from gendock.report.summary import summary
from gendock.report.terminal import disarmed, printable

_RESET = "\x1b[0m"
_STYLES = {
    Severity.ERROR: "\x1b[1;31m",
    Severity.WARNING: "\x1b[1;33m",
    Severity.INFO: "\x1b[1;36m",
    Severity.STYLE: "\x1b[1;35m",
}
_BLUE, _GREEN, _RED, _BOLD = "\x1b[34m", "\x1b[32m", "\x1b[31m", "\x1b[1m"


class Paint(Struct, frozen=True):
    """Colour, or none."""

    on: bool

    def __call__(self, style: str, text: str) -> str:
        """Return a text in a style."""
        return f"{style}{text}{_RESET}" if self.on and text else text


def full(findings: Sequence[Finding], *, width: int, colour: bool) -> str:
    """Return findings with their frames, their help and the diff of their fix."""
    return blocks(findings, width=width, colour=colour) + summary(Tally.of(findings))


def blocks(findings: Sequence[Finding], *, width: int, colour: bool) -> str:
    """Return what `full` says of each finding."""
    paint = Paint(colour)
    return "".join("\n".join([*_block(finding, width, paint), "\n"]) for finding in findings)


def concise(findings: Sequence[Finding], *, width: int, colour: bool) -> str:
    """Return one line a finding, `file:row:column: CODE message`."""
    return lines(findings, width=width, colour=colour) + summary(Tally.of(findings))


def lines(findings: Sequence[Finding], *, width: int, colour: bool) -> str:
    """Return what `concise` says of each finding."""
    del width
    paint = Paint(colour)
    return "".join(
        f"{paint(_BOLD, printable(finding.filename))}:{finding.start.row}:{finding.start.column}: "
        f"{paint(_STYLES[finding.severity], finding.rule.code)}{_star(finding)} {printable(finding.message)}"
        f"{_see(finding)}\n"
        for finding in findings
    )


def _see(finding: Finding) -> str:
    places = ", ".join(f"{printable(one.filename)}:{one.row}" for one in finding.places)
    return f" (see {places})" if places else ""


def statistics(findings: Sequence[Finding]) -> str:
    """Return one line a rule: how often it was found, whether it can be mended, its name."""
    counts = Counter(finding.rule for finding in findings)
    stars = {finding.rule: _star(finding) for finding in findings}
    lines = [
        f"{count:5} {rule.code:7}{stars[rule]:4} {rule.name}"
        for rule, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].code))
    ]
    return "".join(f"{line}\n" for line in lines)


def _is_safe(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.applicability is Applicability.SAFE


def _star(finding: Finding) -> str:
    return " [*]" if _is_safe(finding) else ""


def _block(finding: Finding, width: int, paint: Paint) -> list[str]:
    start = finding.start
    gutter = max(2, len(str(max([finding.end.row, *[one.row for one in finding.related]]))))
    blank = " " * gutter
    head = paint(_STYLES[finding.severity], finding.rule.code) + paint(_BLUE, _star(finding))
    lines = [
        f"{head} {paint(_BOLD, printable(finding.message))}",
        f"{blank}{paint(_BLUE, '-->')} {printable(finding.filename)}:{start.row}:{start.column}",
    ]
    if finding.source.text:
        lines += frame(_marked(finding, start), gutter=gutter, width=width)
    for related in finding.places:
        lines.append(f"{blank} |")
        place = f"{printable(related.filename)}:{related.row}:{related.column}"
        lines.append(f"{blank}{paint(_BLUE, ':::')} {place}")
        marked = [MarkedLine(related.row, related.line, related.column, related.end_column)]
        lines += frame(marked, gutter=gutter, width=width, mark="-", label=printable(related.message))
    if finding.help:
        lines.append(f"{paint(_BOLD, 'help')}: {printable(finding.help)}")
    lines += [f"{blank} {line}" for line in _diff(finding, paint, width - gutter - 3)]
    return lines


def _marked(finding: Finding, first: Position) -> list[MarkedLine]:
    source, span = finding.source, finding.span
    last = source.position(max(span.start, span.end - 1))
    marked: list[MarkedLine] = []
    for row in range(first.row, last.row + 1):
        text = source.line(row)
        start = first.column if row == first.row else len(text) - len(text.lstrip()) + 1
        end = last.column + 1 if row == last.row and span.end > span.start else len(text) + 1
        if row == first.row and span.end == span.start:
            end = start + 1
        marked.append(MarkedLine(row, text, start, end))
    return marked


def _diff(finding: Finding, paint: Paint, room: int) -> list[str]:
    """Return the changed lines of a fix, old ones with `-` and new ones with `+`, cut where they differ."""
    if finding.fix is None:
        return []
    lines = ["|"]
    for one in finding.fix.additions:
        lines.append(f"| at the end of {printable(beside(finding, one.filename))}")
        for line in one.text.splitlines():
            shown = disarmed(f"+ {window(line, 0, room)}".rstrip())
            lines.append(paint(_GREEN, shown) if paint.on else shown)
    before, after = _changed_lines(finding.source, finding.fix) if finding.fix.edits else ([], [])
    for sign, style, some, others in (("-", _RED, before, after), ("+", _GREEN, after, before)):
        for line, other in zip_longest(some, others[: len(some)], fillvalue=""):
            at = _first_difference(line, other) if len(line) > room or len(other) > room else 0
            shown = disarmed(f"{sign} {window(line, at, room)}".rstrip())
            lines.append(paint(style, shown) if paint.on else shown)
    if not _is_safe(finding):
        lines.append(f"({finding.fix.applicability}: the image may behave differently)")
    return lines


def _first_difference(old: str, new: str) -> int:
    same, most = 0, min(len(old), len(new))
    # By halves, as a line may be long: slices are compared at once.
    while same < most:
        middle = (same + most + 1) // 2
        if old[same:middle] == new[same:middle]:
            same = middle
        else:
            most = middle - 1
    return same


def _changed_lines(source: Source, fix: Fix) -> tuple[list[str], list[str]]:
    """Return the lines that a fix takes away and those that it puts in their place."""
    first = source.row(min([edit.span.start for edit in fix.edits]))
    last = source.row(max([edit.span.end for edit in fix.edits]))
    start, end = source.line_starts[first - 1], source.line_span(last).end
    moved = [
        Edit(Span(edit.span.start - start, min(edit.span.end, end) - start), edit.text) for edit in fix.edits
    ]
    before = source.text[start:end].splitlines()
    after = apply_edits(source.text[start:end], moved).splitlines()
    top, most = 0, min(len(before), len(after))
    while top < most and before[top] == after[top]:
        top += 1
    bottom = 0
    while bottom < most - top and before[-1 - bottom] == after[-1 - bottom]:
        bottom += 1
    return before[top : len(before) - bottom], after[top : len(after) - bottom]
