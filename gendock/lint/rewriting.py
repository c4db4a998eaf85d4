"""Instructions that take the place of a RUN: whether one can, and the edit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gendock.dockerfile import Arg, Env, Pair, Span
from gendock.lint.bases import steps
from gendock.lint.mistake import Applicability, Edit, Fix
from gendock.lint.scripts import Script

_VARIABLE = r"\$(?:\{(?P<braced>\w+)\}|(?P<bare>\w+))"


def is_alone(script: Script) -> bool:
    """Tell whether a RUN is no more than its command: in shell form, without flags, heredocs and comments."""
    run = script.run
    return (
        script.instruction is run
        and script.is_posix
        and not (run.command.exec_form or run.flags or run.heredocs)
        and not re.search(r"\n[ \t]*#", script.source.slice(run.span))
    )


def is_known(script: Script, text: str) -> bool:
    """Tell whether an instruction would make of a word what the shell makes of it.

    Variables of ARG and ENV are the same for both; what only a shell computes is not.
    """
    rest = re.sub(_VARIABLE, "", text)
    if re.search(r"[$`\\\s*?\[\"'<>|&;]", rest):
        return False
    names = {found["braced"] or found["bare"] for found in re.finditer(_VARIABLE, text)}
    return names <= {pair.name.text for pair in _variables(script)}


def in_place_of(script: Script, text: str, message: str) -> Fix:
    """Return the fix that puts another instruction in place of a RUN, whose heredocs stay."""
    line = script.run.line.span
    end = len(script.source.text[: line.end].rstrip())
    return Fix(message, (Edit(Span(line.start, end), text),), Applicability.UNSAFE)


def _variables(script: Script) -> Iterator[Pair]:
    for one in steps(script.stage, script.run):
        if isinstance(one, Arg | Env):
            yield from one.pairs
