"""Rules for people and programs: the table of all, one rule's page in Markdown, one rule's record."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from gendock.lint import Rule
from gendock.lint.page import Example
from gendock.lint.profiles import Level, Profile

_INDENT = " " * 31


def listing(rules: Sequence[Rule], *, room: int | None = None) -> str:
    """Return one entry a rule: code, severity, whether it can be mended, profile, name, other tools' names.

    Args:
        rules: the rules.
        room: columns to break the other tools' names at; None keeps each entry on one line.
    """
    lines: list[str] = []
    for rule in rules:
        fix = "[*]" if _has_fix(rule) else "   "
        head = f"{rule.code:6}  {rule.severity.label:7}  {fix}  {_profile(rule):7}  {rule.name}"
        also = ", ".join(rule.also)
        if room is None or not also or len(head) + 2 + len(also) <= room:
            lines.append(f"{head}  {also}".rstrip())
        else:
            lines += [head, *textwrap.wrap(also, room, initial_indent=_INDENT, subsequent_indent=_INDENT)]
    mended = sum(map(_has_fix, rules))
    usual = sum(rule.level is Level.DEFAULT for rule in rules)
    lines.append(f"{len(rules)} rules, {usual} of them in the default profile; [*] has a fix: {mended}")
    return "\n".join((*lines, ""))


def record(rule: Rule) -> dict[str, Any]:
    """Return what is known of a rule, for programs."""
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.label,
        "fix": _has_fix(rule),
        "default": rule.level is Level.DEFAULT,
        "profiles": [profile.value for profile in Profile if profile.holds(rule)],
        "shipped_stages_only": rule.shipped,
        "since": rule.since,
        "also": list(rule.also),
        "url": rule.url,
        "summary": rule.page.summary,
    }


def index(rules: Sequence[Rule]) -> str:
    """Return the table of all rules in Markdown, with links to their pages."""
    lines = [
        "# Rules",
        "",
        "Made from the rules' docstrings. `DL` codes mean what hadolint means by them; `GD` is for any",
        "Dockerfile, `GO` for what needs the Go repository beside it. `gendock rule CODE` prints a page.",
        "",
        "| code | name | severity | profile | fix | other tools' names |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for rule in rules:
        fix = "yes" if _has_fix(rule) else ""
        also = ", ".join(rule.also)
        lines.append(
            f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity.label} | {_profile(rule)} "
            f"| {fix} | {also} |"
        )
    return "\n".join((*lines, ""))


def page(rule: Rule) -> str:
    """Return a rule's page, made of its docstring."""
    described = rule.page
    facts = [
        rule.severity.label,
        "has a fix" if _has_fix(rule) else "no fix",
        "runs by default" if rule.level is Level.DEFAULT else f"runs with `--profile {_profile(rule)}`",
        *(["only in stages that are shipped"] if rule.shipped else []),
    ]
    lines = [f"# {rule.code}: {rule.name}", "", " · ".join(facts), "", described.summary]
    if described.reason:
        lines += ["", described.reason]
    for bad, good in described.examples:
        lines += ["", "Bad:", *_example(bad)]
        if good is not None:
            lines += ["", "Good:", *_example(good)]
    if rule.also:
        lines += ["", f"Other tools call it: {', '.join(rule.also)}."]
    return "\n".join((*lines, ""))


def _profile(rule: Rule) -> str:
    """Name the smallest of gendock's profiles that holds a rule."""
    return next(
        profile.value for profile in (Profile.DEFAULT, Profile.STRICT, Profile.ALL) if profile.holds(rule)
    )


def _has_fix(rule: Rule) -> bool:
    """A rule whose bad example has a good one can mend it: the tests hold every rule to that."""
    return any(good is not None for _, good in rule.page.examples)


def _example(example: Example) -> list[str]:
    lines = ["", "```dockerfile", *example.dockerfile.splitlines(), "```"]
    for name, text in example.files:
        lines += ["", f"`{name}`", "", "```", *text.splitlines(), "```"]
    return lines
