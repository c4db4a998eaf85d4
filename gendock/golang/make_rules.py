"""Embedded files that a rule of the Makefile makes, with nothing but tools that every build image has.

Keys and certificates, pages that stand in for the real ones: files that a program embeds, that nobody
commits, and that take a line or two to make.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from gendock.golang.facts import Evidence
from gendock.golang.needs import Generated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gendock.golang.folder import Folder

_RULE = re.compile(r"^(?P<targets>[\w./-]+(?:[ \t]+[\w./-]+)*)[ \t]*:(?![:=])(?P<needs>[^\n=]*)$")
_PLAIN_TOOLS = frozenset(("mkdir", "touch", "echo", "printf", "cp", "openssl", "cat", "true", "rm"))
_COMMANDS = re.compile(r"&&|\|\||;")
_WRITES = ("mkdir", "touch", "openssl", "cp")
_EMPTY = ("mkdir", "touch", "true")
_MAX_BYTES = 128 * 1024
_MAX_DEPTH = 4


class _Rule:
    """One rule: its line, what it needs, and its commands."""

    def __init__(self, line: int, needs: Sequence[str]) -> None:
        self.line = line
        self.needs = needs
        self.commands: list[str] = []


def find_make_rules(
    missing: Iterable[tuple[str, Evidence]], folder: Folder, files: Sequence[str]
) -> tuple[Generated, ...]:
    """Find the rules that make embedded files and folders which are not there.

    Args:
        missing: each of them, and the place that embeds it.
        folder: the repository.
        files: its files.
    """
    wanted = list(missing)
    content = folder.read("Makefile", limit=_MAX_BYTES) if wanted and "Makefile" in files else None
    if content is None:
        return ()
    rules = _rules(content.decode(errors="replace"))
    made: dict[str, list[tuple[str, Evidence]]] = {}
    for path, evidence in wanted:
        name = next((one for one in rules if _makes(one, rules[one], path) and _is_plain(one, rules)), None)
        if name is not None:
            made.setdefault(name, []).append((path, evidence))
    return tuple(
        Generated(
            "make",
            ".",
            ("make", name),
            f"{embedded[0][0]} is embedded at {embedded[0][1]}, and not there",
            Evidence("Makefile", rules[name].line),
            tuple(path for path, _ in embedded),
            stands_in=all(command.lstrip("@-").startswith(_EMPTY) for command in _split(rules[name])),
        )
        for name, embedded in made.items()
    )


def _rules(text: str) -> dict[str, _Rule]:
    """The rules of a Makefile by their targets; one without commands says more of what another needs."""
    found: dict[str, _Rule] = {}
    current: list[_Rule] = []
    for number, line in enumerate(text.replace("\\\n", " ").splitlines(), start=1):
        if line.startswith("\t"):
            for rule in current:
                rule.commands.append(line.strip())
            continue
        if not line.strip() or line.startswith("#"):
            continue
        match = _RULE.match(line)
        current = []
        for target in match["targets"].split() if match is not None else ():
            if match is not None and not target.startswith("."):
                needs = [word for word in match["needs"].split() if word != ".PHONY"]
                current.append(found.setdefault(target, _Rule(number, needs)))
    return found


def _makes(name: str, rule: _Rule, path: str) -> bool:
    """Whether a rule is that of a file, or has a command that writes it."""
    if posixpath.normpath(name) == path:
        return bool(rule.commands)
    named = re.compile(rf"(?<![\w./-]){re.escape(path)}(?:/[\w./-]*)?(?![\w-])")
    return any(named.search(command) and command.lstrip("@-").startswith(_WRITES) for command in _split(rule))


def _is_plain(name: str, rules: dict[str, _Rule], depth: int = _MAX_DEPTH) -> bool:
    """Whether a rule, and each that it needs, has only commands that the build image can run."""
    rule = rules.get(name)
    if rule is None or depth == 0:
        return False
    commands = [command.lstrip("@-").split() for command in _split(rule)]
    return all(
        words and words[0] in _PLAIN_TOOLS and "$(" not in " ".join(words) for words in commands
    ) and all(_is_plain(need, rules, depth - 1) for need in rule.needs)


def _split(rule: _Rule) -> list[str]:
    return [part.strip() for command in rule.commands for part in _COMMANDS.split(command) if part.strip()]
