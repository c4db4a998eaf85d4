"""The sub-command or the flag by which a program asks itself whether it is well, where it has one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.golang.facts import Evidence
from gendock.golang.needs import Arguments
from gendock.golang.starting import commands
from gendock.golang.syntax import arguments, callee, string_value, text_of

if TYPE_CHECKING:
    from gendock.golang.sources import Sources

_NAMES = frozenset(("healthcheck", "health-check", "health_check", "healthz", "health"))
_FLAGS = frozenset(("Bool", "BoolVar", "BoolP", "BoolVarP"))
_FLAG_PACKAGES = frozenset(("flag", "github.com/spf13/pflag"))
# What a flag's help says of it: one that only turns checks on is another.
_ENDS = re.compile(r"\b(?:exit|exits|quit|probe|docker|container|running)\b", re.IGNORECASE)
_ARGUMENT = re.compile(rb'os\.Args\[1\]\s*==\s*"(?P<name>-{0,2}health[-_]?(?:check)?)"')


def find_check(sources: Sources) -> Arguments | None:
    """Find the words behind the program's name that make it ask a running one, and end.

    Args:
        sources: the program's own files.
    """
    for word, runs, evidence in commands(sources):
        if runs and word in _NAMES:
            return Arguments((word,), "the sub-command that asks whether it is well", evidence)
    for syntax in sources.mentioning(b"health"):
        match = _ARGUMENT.search(syntax.file.text)
        if match is not None:
            line = syntax.file.text.count(b"\n", 0, match.start()) + 1
            return Arguments(
                (match["name"].decode(),),
                "the argument that asks whether it is well",
                Evidence(syntax.file.path, line),
            )
        for call in syntax.calls:
            operand, name = callee(call)
            if name not in _FLAGS or operand is None:
                continue
            if syntax.import_names.get(text_of(operand)) not in _FLAG_PACKAGES:
                continue
            texts = [value for given in arguments(call) if (value := string_value(given)) is not None]
            written = texts[0] if texts else ""
            if written in _NAMES - {"health", "healthz"} and _ENDS.search(texts[-1]):
                return Arguments(
                    (f"--{written}",), "the flag that asks whether it is well", syntax.evidence(call)
                )
    return None
