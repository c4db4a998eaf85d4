"""Which rules are asked of which file: what `mentions` and `needs` leave out would have found nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gendock.dockerfile import Healthcheck, ProblemKind, read
from gendock.lint import Rule, registry
from gendock.lint.context import BuildContext
from gendock.lint.mistake import Mistake, Mistakes, Severity
from gendock.lint.plan import plan_of
from gendock.lint.profiles import Level
from gendock.lint.rule import Need, Subject, name_of

EXAMPLES = tuple(
    example.dockerfile
    for rule in registry().rules
    for pair in rule.page.examples
    for example in pair
    if example is not None
)


def asked(context: BuildContext) -> Mistakes:
    yield Mistake(context.file.instructions[0].span, "asked")


def asking(*needs: Need) -> Rule:
    """A rule that has a finding in each file that it is asked about."""
    return Rule(
        code="XX1",
        name="x",
        severity=Severity.INFO,
        also=(),
        level=Level.DEFAULT,
        since="0.1",
        shipped=False,
        mentions=(),
        needs=tuple(name_of(need) for need in needs),
        subject=Subject.CONTEXT,
        origin=(asked.__module__, asked.__name__),
    )


@pytest.mark.parametrize(
    ("needs", "text", "is_asked"),
    [
        ((), "FROM debian:12\n", True),
        ((Healthcheck,), "FROM debian:12\nCMD x\n", False),
        ((Healthcheck,), "FROM debian:12\nhealthcheck NONE\n", True),
        ((Healthcheck,), "FROM debian:12\nONBUILD HEALTHCHECK NONE\n", True),
        ((Healthcheck, ProblemKind.PORT), "FROM debian:12\nEXPOSE 80000\n", True),
        ((ProblemKind.PORT,), "FROM debian:12\nEXPOSE 80\n", False),
    ],
)
def test_a_rule_is_asked_where_the_file_has_what_it_needs(
    needs: tuple[Need, ...], text: str, *, is_asked: bool
) -> None:
    found = list(plan_of((asking(*needs),)).check(BuildContext(read(text), None)))
    assert bool(found) is is_asked


@pytest.mark.parametrize(
    "rule", [rule for rule in registry().rules if rule.needs], ids=lambda rule: rule.code
)
def test_a_rule_finds_nothing_where_what_it_needs_is_missing(rule: Rule) -> None:
    function: Callable[[Any], Mistakes] = rule.function
    plan = plan_of((rule,))
    for text in EXAMPLES:
        context = BuildContext(read(text), None)
        parts = {
            Subject.FILE: (context.file,),
            Subject.STAGE: context.stages,
            Subject.CONTEXT: (context,),
            Subject.GO: (context.go,) if context.go is not None else (),
        }[rule.subject]
        found = [mistake for part in parts for mistake in function(part)]
        assert found == [mistake for _, mistake in plan.check(context)]
