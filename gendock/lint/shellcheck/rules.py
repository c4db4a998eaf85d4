"""A rule for each of ShellCheck's codes, so that they are selected, ignored and shown like any other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from gendock.lint.mistake import Mistake, Severity
from gendock.lint.profiles import Level
from gendock.lint.rule import Rule, Subject
from gendock.lint.shellcheck.codes import CODES, DOUBTFUL, NAMES

WIKI = "https://www.shellcheck.net/wiki"
PREFIX = "SC"
SEVERITIES = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "info": Severity.INFO,
    "style": Severity.STYLE,
}


@cache
def shellcheck_rules() -> tuple[Rule, ...]:
    """Return the rules, in the order of their codes."""
    rules = [_rule(int(code), level) for level, codes in CODES.items() for code in codes.split()]
    return tuple(sorted(rules, key=lambda rule: rule.code))


def is_known(number: int) -> bool:
    """Tell whether a code is one of the table's."""
    return number in _numbers()


@cache
def _numbers() -> frozenset[int]:
    return frozenset(int(code) for codes in CODES.values() for code in codes.split())


@cache
def unknown_rule(number: int) -> Rule:
    """Return a rule for a code that only a newer ShellCheck has."""
    return _rule(number, "warning")


def _rule(number: int, level: str) -> Rule:
    code = f"{PREFIX}{number}"
    return Rule(
        code=code,
        name=NAMES.get(number, f"shellcheck-{number}"),
        severity=SEVERITIES[level],
        also=(),
        level=Level.STRICT if level == "style" or number in DOUBTFUL else Level.DEFAULT,
        since="0.1",
        shipped=False,
        mentions=(),
        needs=(),
        subject=Subject.REMARK,
        origin=(__name__, asks_nobody.__name__),
    )


def documentation_of(rule: Rule) -> str:
    """Return what is to be said of a code: where its own page is."""
    code = rule.code
    words = f": {rule.name.replace('-', ' ')}" if int(code.removeprefix(PREFIX)) in NAMES else ""
    return (
        f"ShellCheck says {code} of a script in a RUN{words}.\n\n"
        f"Its wiki says why, with examples: {WIKI}/{code}. What it proposes instead is an unsafe fix."
    )


def asks_nobody(_: object) -> Iterator[Mistake]:
    """Find nothing: what ShellCheck remarks is found for many files at a time."""
    return iter(())
