"""Apply fixes: round after round, until nothing is left to mend."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from gendock.dockerfile import read
from gendock.lint.finding import Finding
from gendock.lint.mistake import Applicability, Edit

# A fix may uncover another mistake; more rounds than this means that two rules undo each other.
_MOST_ROUNDS = 20


class Fixed(Struct, frozen=True):
    """A file after its fixes: the new text, what was mended, and what is left."""

    text: str
    mended: tuple[Finding, ...]
    left: tuple[Finding, ...]


def fix_text(text: str, lint: Callable[[str], Iterable[Finding]], *, unsafe: bool) -> Fixed:
    """Mend what can be mended.

    A round whose result has more syntax errors than before is not kept.

    Args:
        text: the Dockerfile.
        lint: gives the findings of a text.
        unsafe: also apply fixes after which the image may behave differently.
    """
    mended: list[Finding] = []
    findings = tuple(lint(text))
    for _ in range(_MOST_ROUNDS):
        chosen = _without_overlap(finding for finding in findings if _applies(finding, unsafe=unsafe))
        if not chosen:
            break
        after = apply_edits(text, [edit for finding in chosen if finding.fix for edit in finding.fix.edits])
        if after == text or len(read(after).all_problems) > len(read(text).all_problems):
            break
        text = after
        mended.extend(chosen)
        findings = tuple(lint(text))
    return Fixed(text, tuple(mended), findings)


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return the text after edits that do not overlap."""
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def _applies(finding: Finding, *, unsafe: bool) -> bool:
    return finding.fix is not None and (unsafe or finding.fix.applicability is Applicability.SAFE)


def _without_overlap(findings: Iterable[Finding]) -> list[Finding]:
    """Choose findings whose edits do not touch each other; the others wait for the next round."""
    chosen: list[Finding] = []
    taken: list[Edit] = []
    for finding in findings:
        edits = finding.fix.edits if finding.fix else ()
        if any(_touch(edit, other) for edit in edits for other in taken):
            continue
        chosen.append(finding)
        taken.extend(edits)
    return chosen


def _touch(one: Edit, other: Edit) -> bool:
    return one.span.start <= other.span.end and other.span.start <= one.span.end
