"""Apply fixes: round after round, until nothing is left to mend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from gendock.dockerfile import read
from gendock.lint.finding import Finding
from gendock.lint.mistake import Addition, Applicability, Edit

# Gives the findings of texts, by their numbers.
LintTexts: TypeAlias = "Callable[[Mapping[int, str]], Mapping[int, Iterable[Finding]]]"

# A fix may uncover another mistake; more rounds than this means that two rules undo each other.
_MOST_ROUNDS = 20


class Fixed(Struct, frozen=True):
    """A file after its fixes: the new text, what was mended, and what is left.

    `additions` to other files mend some of what was mended.
    """

    text: str
    mended: tuple[Finding, ...]
    left: tuple[Finding, ...]
    additions: tuple[Addition, ...] = ()


def fix_text(text: str, lint: Callable[[str], Iterable[Finding]], *, unsafe: bool) -> Fixed:
    """Mend what can be mended in one file; see `fix_texts`."""

    def lint_it(texts: Mapping[int, str]) -> dict[int, tuple[Finding, ...]]:
        return {at: tuple(lint(one)) for at, one in texts.items()}

    return fix_texts([text], lint_it, unsafe=unsafe)[0]


def fix_texts(texts: Sequence[str], lint: LintTexts, *, unsafe: bool) -> list[Fixed]:
    """Mend what can be mended: a round for all files, then one for those that it changed, and so on.

    What would bring a syntax error is left as it is.

    Args:
        texts: the Dockerfiles.
        lint: gives the findings of texts, by their numbers.
        unsafe: also apply fixes after which the image may behave differently.
    """
    found = lint(dict(enumerate(texts)))
    results = [Fixed(text, (), tuple(found[at])) for at, text in enumerate(texts)]
    due = set(range(len(texts)))
    for _ in range(_MOST_ROUNDS):
        changed: dict[int, str] = {}
        for at in sorted(due):
            before = results[at]
            chosen = _without_overlap(
                one for one in before.left if one.fix and one.fix.edits and _applies(one, unsafe=unsafe)
            )
            chosen = _harmless(before.text, chosen)
            after = _applied(before.text, chosen)
            if after == before.text:
                continue
            changed[at] = after
            results[at] = Fixed(after, (*before.mended, *chosen), ())
        if not changed:
            break
        for at, findings in lint(changed).items():
            results[at] = replace(results[at], left=tuple(findings))
        due = set(changed)
    return [_with_additions(one, unsafe=unsafe) for one in results]


def without_additions(fixed: Fixed) -> Fixed:
    """Return the same with what other files' lines would mend left as it is."""
    beside = tuple(one for one in fixed.mended if one.fix is not None and one.fix.additions)
    kept = tuple(one for one in fixed.mended if not any(one is other for other in beside))
    return Fixed(fixed.text, kept, (*fixed.left, *beside))


def _with_additions(fixed: Fixed, *, unsafe: bool) -> Fixed:
    """Mend what additions to other files mend: after the rounds, as they change no text that is linted."""
    chosen = [one for one in fixed.left if one.fix and one.fix.additions and _applies(one, unsafe=unsafe)]
    if not chosen:
        return fixed
    additions = dict.fromkeys(one for finding in chosen if finding.fix for one in finding.fix.additions)
    left = tuple(one for one in fixed.left if not any(one is other for other in chosen))
    return Fixed(fixed.text, (*fixed.mended, *chosen), left, tuple(additions))


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return the text after edits that do not overlap."""
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def _applied(text: str, findings: Iterable[Finding]) -> str:
    return apply_edits(text, [edit for one in findings if one.fix for edit in one.fix.edits])


def _harmless(text: str, findings: list[Finding]) -> list[Finding]:
    """Return the findings whose fixes bring no syntax error, neither alone nor together."""
    if not findings:
        return []
    most = len(read(text).all_problems)

    def harmless(kept: list[Finding], some: list[Finding]) -> list[Finding]:
        # By halves: thousands of fixes, one of them bad, are a dozen readings.
        if not some or len(read(_applied(text, [*kept, *some])).all_problems) <= most:
            return [*kept, *some]
        if len(some) == 1:
            return kept
        middle = len(some) // 2
        return harmless(harmless(kept, some[:middle]), some[middle:])

    return harmless([], findings)


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
