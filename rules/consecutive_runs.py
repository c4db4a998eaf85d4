"""RUNs that follow each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gendock.dockerfile import Onbuild, Run, Span
from gendock.lint import Applicability, Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.profiles import Level

if TYPE_CHECKING:
    from gendock.lint.scripts import Script
    from gendock.shell import Command

_PARTING = r"&&|[;&|{}\n]"
# Behind these, the next command would run otherwise than in a shell of its own.
_SHELL_STATE = frozenset(
    (
        "cd",
        "pushd",
        "popd",
        "export",
        "unset",
        "set",
        "shopt",
        "source",
        ".",
        "alias",
        "exec",
        "exit",
        "umask",
    )
)


@rule(
    "DL3059",
    "consecutive-runs",
    severity=Severity.INFO,
    level=Level.TASTE,
    also=("prefer-run-heredoc",),
    needs=(Run,),
)
def consecutive_runs(context: BuildContext) -> Mistakes:
    r"""Two short RUNs follow each other and could be one.

    Each RUN is a layer. What one layer has, the next cannot take away again, and each costs some time. RUNs
    that have several commands already are left alone: somebody decided what belongs together, for the cache.

    Bad:
        FROM debian:13
        RUN mkdir /data
        RUN chown 65532 /data

    Good:
        FROM debian:13
        RUN mkdir /data \
            && chown 65532 /data
    """
    for stage in context.stages:
        runs = {id(script.run): script for script in context.scripts_of(stage)}
        first: Script | None = None
        before: Script | None = None
        for instruction in stage.instructions:
            script = runs.get(id(instruction)) if isinstance(instruction, Run) else None
            if script is None:
                first = before = None
                continue
            if first is None or before is None or not _alike(first, script):
                first = script
            else:
                yield Mistake(
                    script.run.keyword.span,
                    "this RUN and the one above it could be one, and one layer",
                    "join them with `&&`",
                    _joined(context, before, script),
                )
            before = script


def _alike(one: Script, other: Script) -> bool:
    """Tell whether two RUNs have the same flags, and neither has more than one command."""
    return _flags(one) == _flags(other) and max(_size(one), _size(other)) <= 1


def _flags(script: Script) -> frozenset[tuple[str, frozenset[str]]]:
    """Return the flags of a RUN, in whatever order they and what they say stand."""
    return frozenset(
        (flag.name, frozenset(flag.value.text.split(",") if flag.value else ())) for flag in script.run.flags
    )


def _size(script: Script) -> int:
    """Return how many commands a RUN has, with those in substitutions, without tests and variables."""
    from gendock.shell import Inside

    if not script.is_posix:
        # PowerShell and cmd: near enough to tell one command from several.
        return sum(bool(part.strip()) for part in re.split(_PARTING, script.text))
    counted: Sequence[Command] = script.commands
    if any(one.inside for one in counted):
        inner = [one for one in counted if Inside.WRAPPED in one.inside]
        # What an array gives a shell is what the RUN does.
        is_array = inner and script.run.command.exec_form
        counted = inner if is_array else [one for one in counted if Inside.WRAPPED not in one.inside]
    return sum(one.name not in ("", "[", "[[") and one.words[0].is_plain for one in counted)


def _joined(context: BuildContext, before: Script, script: Script) -> Fix | None:
    """Join two RUNs of one plain command each."""
    for one in (before, script):
        if not one.is_posix or one.run.command.exec_form or one.run.heredocs or "#" in one.text:
            return None
        if len(one.commands) != 1 or one.commands[0].inside or one.commands[0].after:
            return None
    if before.calls[0].program in _SHELL_STATE or not before.calls[0].words:
        return None
    gap = Span(before.run.span.end, script.run.command.span.start)
    if script.run.comments or isinstance(script.instruction, Onbuild):
        return None
    edit = Edit(gap, f" {context.file.escape}\n    && ")
    return Fix("join the two RUNs", (edit,), Applicability.UNSAFE)
