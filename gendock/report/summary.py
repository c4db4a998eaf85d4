"""The line that closes a report for people."""

from __future__ import annotations

from gendock.lint.mistake import Severity
from gendock.lint.tally import Tally


def summary(tally: Tally) -> str:
    """Return how many findings of what there are, and how many a fix can mend; nothing for none."""
    if not tally.total:
        return ""
    worst_first = reversed(tuple(zip(Severity, tally.counts, strict=True)))
    counts = ", ".join(_count(count, severity) for severity, count in worst_first if count)
    text = f"Found {counts}."
    safe, unsafe = tally.safe, tally.unsafe
    if safe == tally.total:
        return f"{text} {_all(safe)} fixable with --fix.\n"
    if safe:
        text += f" [*] {safe} fixable with --fix."
    if unsafe:
        text += f" {unsafe} more with --unsafe-fixes." if safe else f" {unsafe} fixable with --unsafe-fixes."
    return f"{text}\n"


def _all(count: int) -> str:
    return {1: "It is", 2: "Both are"}.get(count, "All are")


def _count(count: int, severity: Severity) -> str:
    noun = {Severity.INFO: "note", Severity.STYLE: "style remark"}.get(severity, severity.label)
    return f"{count} {noun}{'s' if count != 1 else ''}"
