"""ShellCheck's remarks as mistakes at their places in the Dockerfile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import pairwise

from gendock.lint.mistake import Applicability, Edit, Fix, Mistake
from gendock.lint.shellcheck.answers import Proposal, Remark
from gendock.lint.shellcheck.meant import is_meant
from gendock.lint.shellcheck.questions import Question
from gendock.lint.shellcheck.rules import PREFIX, SEVERITIES, WIKI

# Said of how a script is handed over, in a file with a first line, rather than of the script.
_OF_THE_WRAPPING = frozenset({1008, 1071, 1128, 2096, 2148, 2187, 2239, 2246})
# "In POSIX sh, ... is undefined", what echo does with a backslash, and whether a failure of cd ends the
# script: the shell at hand may have it so.
_OF_THE_DIALECT = frozenset({2028, 2164, *range(3000, 4000)})
# "Unexpected ... Fix any mentioned problems and try again", and "Couldn't parse this ...".
_NOT_PARSED, _PARSED_LAST = 1072, 1073
# Quotes around what holds a list on purpose, such as the packages to install, break the build: whether it is
# one word or several, only a person knows.
_MAYBE_A_LIST = frozenset({2046, 2048, 2068, 2086, 2206, 2207, 2248})


def mistakes_of(
    question: Question,
    remarks: Iterable[Remark],
    filled: Callable[[int], frozenset[str]] | None = None,
    *,
    is_doubted: bool = True,
) -> Iterator[tuple[int, Mistake]]:
    """Yield what ShellCheck remarked of a text, with the number of each code.

    Where it `is_doubted`, also what is most likely meant as it is. `filled` gives the variables that ENV has
    filled where the script at a place of the file runs.
    """
    for remark in remarks if is_doubted else _without_echoes(list(remarks)):
        start = question.offset(remark.line, remark.column)
        end = question.offset(remark.end_line, remark.end_column)
        if start is None or end is None or remark.code in _OF_THE_WRAPPING:
            continue
        if question.is_any_shell and remark.code in _OF_THE_DIALECT:
            continue
        # A place has a character to show; what is missing at the end of the text has its last one.
        span = question.span(start, max(start + 1, end)) or question.end()
        if span is None:
            continue
        known_here = partial(filled, span.start) if filled else frozenset[str]
        if not is_doubted and is_meant(question, remark, start, known_here):
            continue
        message = remark.message.removesuffix(".")
        known = remark.fix if remark.code not in _MAYBE_A_LIST else None
        fix = _fix(question, known) if known else None
        advice = f"ShellCheck's wiki says why and what to write: {WIKI}/{PREFIX}{remark.code}"
        yield remark.code, Mistake(span, message, advice, fix, severity=SEVERITIES[remark.level])


def _without_echoes(remarks: list[Remark]) -> list[Remark]:
    """Return one remark where a text cannot be parsed: ShellCheck says of one mistake what, where and why."""
    if not any(remark.code == _NOT_PARSED for remark in remarks):
        return remarks
    causes = [one for one in remarks if one.level == "error" and one.code not in (_NOT_PARSED, _PARSED_LAST)]
    return (causes or [one for one in remarks if one.code == _NOT_PARSED])[:1]


def _fix(question: Question, proposal: Proposal) -> Fix | None:
    """Return what ShellCheck proposes; None where it cannot be done in the Dockerfile as it is written."""
    edits: list[Edit] = []
    for one in proposal.replacements:
        start = question.offset(one.line, one.column)
        end = question.offset(one.end_line, one.end_column)
        span = None if start is None or end is None else question.span(start, end)
        # A part that goes on over several lines would lose its continuations.
        if start is None or end is None or span is None or span.end - span.start != end - start:
            return None
        edits.append(Edit(span, one.replacement))
    edits.sort(key=lambda edit: edit.span)
    touching = any(one.span.end >= other.span.start for one, other in pairwise(edits))
    if touching or not edits:
        return None
    return Fix("write it as ShellCheck proposes", tuple(edits), Applicability.UNSAFE)
