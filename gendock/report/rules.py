"""Rules for people: the table of all, and one rule's page in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from gendock.lint import Rule
from gendock.lint.page import Example


def listing(rules: Sequence[Rule]) -> str:
    """Return one line a rule: code, severity, whether it can be mended, name."""
    lines = [
        f"{rule.code:7} {rule.severity.label:8} {'[*]' if _has_fix(rule) else '   '} {rule.name}"
        for rule in rules
    ]
    return "\n".join((*lines, f"{len(lines)} rules; [*] has a fix", ""))


def index(rules: Sequence[Rule]) -> str:
    """Return the table of all rules in Markdown, with links to their pages."""
    lines = [
        "# Rules",
        "",
        "Made from the rules' docstrings. `DL` codes mean what hadolint means by them; `GD` is for any",
        "Dockerfile, `GO` for what needs the Go repository beside it. `gendock rule CODE` prints a page.",
        "",
        "| code | name | severity | fix | other tools' names |",
        "| --- | --- | --- | --- | --- |",
    ]
    for rule in rules:
        fix = "yes" if _has_fix(rule) else ""
        also = ", ".join(rule.also)
        lines.append(
            f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity.label} | {fix} | {also} |"
        )
    return "\n".join((*lines, ""))


def page(rule: Rule) -> str:
    """Return a rule's page, made of its docstring."""
    described = rule.page
    facts = [f"{rule.severity.label}", "has a fix" if _has_fix(rule) else "no fix"]
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


def _has_fix(rule: Rule) -> bool:
    """A rule whose bad example has a good one can mend it: the tests hold every rule to that."""
    return any(good is not None for _, good in rule.page.examples)


def _example(example: Example) -> list[str]:
    lines = ["", "```dockerfile", *example.dockerfile.splitlines(), "```"]
    for name, text in example.files:
        lines += ["", f"`{name}`", "", "```", *text.splitlines(), "```"]
    return lines
