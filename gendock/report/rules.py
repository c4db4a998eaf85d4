"""Rules for people and programs: the table of all, one rule's page in Markdown, one rule's record."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from gendock.lint import Rule, Severity
from gendock.lint.page import Example
from gendock.lint.profiles import Level, Profile
from gendock.lint.rule import Subject

_INDENT = " " * 31


def listing(rules: Sequence[Rule], *, room: int | None = None) -> str:
    """Return one entry a rule: code, severity, whether it can be mended, profile, name, other tools' names.

    Args:
        rules: the rules.
        room: columns to break the other tools' names at; None keeps each entry on one line.
    """
    lines: list[str] = []
    shown, remarks = _parted(rules)
    for rule in shown:
        fix = "[*]" if _has_fix(rule) else "   "
        head = f"{rule.code:6}  {rule.severity.label:7}  {fix}  {_profile(rule):7}  {rule.name}"
        also = ", ".join(rule.also)
        if room is None or not also or len(head) + 2 + len(also) <= room:
            lines.append(f"{head}  {also}".rstrip())
        else:
            lines += [head, *textwrap.wrap(also, room, initial_indent=_INDENT, subsequent_indent=_INDENT)]
    mended = sum(map(_has_fix, shown))
    usual = sum(rule.level is Level.DEFAULT for rule in shown)
    lines.append(f"{len(shown)} rules, {usual} of them in the default profile; [*] has a fix: {mended}")
    if remarks:
        usual = sum(rule.level is Level.DEFAULT for rule in remarks)
        codes = f"{len(remarks)} codes of ShellCheck, {usual} of them in the default profile"
        lines.append(f"SC####: {codes}; `gendock rule SC`")
    return "\n".join((*lines, ""))


def _parted(rules: Sequence[Rule]) -> tuple[list[Rule], list[Rule]]:
    """Part ShellCheck's codes from the other rules; where nothing else was asked for, they are the rules."""
    others = [rule for rule in rules if rule.subject is not Subject.REMARK]
    remarks = [rule for rule in rules if rule.subject is Subject.REMARK]
    return (others, remarks) if others else (remarks, [])


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
    shown, remarks = _parted(rules)
    for rule in shown:
        fix = "yes" if _has_fix(rule) else ""
        also = ", ".join(rule.also)
        lines.append(
            f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity.label} | {_profile(rule)} "
            f"| {fix} | {also} |"
        )
    lines.append(f"| [SC####](SC.md) | {len(remarks)} codes of ShellCheck | | default | some | |")
    return "\n".join((*lines, ""))


def shellcheck_page(rules: Sequence[Rule]) -> str:
    """Return the page of ShellCheck's codes: what each is called here, by how bad it usually is."""
    lines = [
        "# SC####: what ShellCheck says of the scripts in RUN",
        "",
        "ShellCheck looks at each RUN that a shell of the family of sh reads, heredocs included: in the",
        "dialect that SHELL, `# hadolint shell=` or the heredoc's first line names, and with the variables",
        "that ARG and ENV have set. Each code is a rule: `--ignore SC2086`, a severity in the settings,",
        "`# gendock: ignore[SC2086] why`. Its message is ShellCheck's own, and so is the fix that some have;",
        "fixes are unsafe: a script may rest on what they take away. ShellCheck's wiki has a page for each.",
    ]
    for severity in sorted(Severity, reverse=True):
        lines += ["", f"## {severity.label}", ""]
        for rule in rules:
            if rule.subject is Subject.REMARK and rule.severity is severity:
                name = "" if rule.name.startswith("shellcheck-") else f" {rule.name}"
                lines.append(f"- [{rule.code}]({rule.url}){name}")
    return "\n".join((*lines, ""))


def page(rule: Rule) -> str:
    """Return a rule's page, made of its docstring."""
    described = rule.page
    facts = [
        rule.severity.label,
        _fixability(rule),
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


def _fixability(rule: Rule) -> str:
    if rule.subject is Subject.REMARK:
        return "may have a fix"
    return "has a fix" if _has_fix(rule) else "no fix"


def _has_fix(rule: Rule) -> bool:
    """A rule whose bad example has a good one can mend it: the tests hold every rule to that."""
    return any(good is not None for _, good in rule.page.examples)


def _example(example: Example) -> list[str]:
    lines = ["", "```dockerfile", *example.dockerfile.splitlines(), "```"]
    for name, text in example.files:
        lines += ["", f"`{name}`", "", "```", *text.splitlines(), "```"]
    return lines
