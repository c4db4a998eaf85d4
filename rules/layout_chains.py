"""Chains in one line: commands of RUN, mounts, labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from gendock.dockerfile import Label, Run, Source, Span
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.profiles import Level
from gendock.lint.scripts import Script

_CHAINED = re.compile(r"[ \t]*(?:&&|\|\|)[ \t]*\Z")


@rule(
    "GD406",
    "crowded-line",
    severity=Severity.STYLE,
    also=("newline-per-chained-call",),
    level=Level.TASTE,
)
def crowded_line(context: BuildContext) -> Mistakes:
    r"""Several commands, mounts or labels of one instruction share a line.

    One a line is easier to read, and a change of one is a change of one line.

    Bad:
        FROM debian:12
        RUN apt-get update && apt-get install --yes make

    Good:
        FROM debian:12
        RUN apt-get update \
            && apt-get install --yes make

    Bad:
        FROM debian:12
        LABEL a=1 b=2

    Good:
        FROM debian:12
        LABEL a=1 \
            b=2
    """
    source = context.file.source
    broken = f" {context.file.escape}\n    "
    for label in (one for one in context.file.instructions if isinstance(one, Label)):
        spans = [one.name.span.cover(one.value.span if one.value else one.name.span) for one in label.pairs]
        if all(pair.separator == "=" for pair in label.pairs):
            yield from _said(list(_gaps(source, spans)), "labels", broken)
    for script in context.scripts:
        chain = [*_chain(source, script)]
        yield from _said([*_mounts(source, script.run), *chain], "commands" if chain else "mounts", broken)


def _said(gaps: list[Span], what: str, broken: str) -> Iterator[Mistake]:
    if gaps:
        yield Mistake(
            Span(gaps[0].end, gaps[0].end + 1),
            f"several {what} share this line",
            "write each on a line of its own",
            Fix("break the line", tuple(Edit(gap, broken) for gap in gaps)),
        )


def _gaps(source: Source, spans: list[Span]) -> Iterator[Span]:
    """Yield the blanks between neighbours on one line."""
    for one, other in pairwise(spans):
        if re.fullmatch(r"[ \t]+", source.text[one.end : other.start]):
            yield Span(one.end, other.start)


def _mounts(source: Source, run: Run) -> Iterator[Span]:
    mounts = [flag.span for flag in run.flags if flag.name == "mount"]
    if len(mounts) > 1:
        yield from _gaps(source, mounts)


def _chain(source: Source, script: Script) -> Iterator[Span]:
    """Yield the blanks in front of each `&&` and `||` that stands on the line of the command before it."""
    if script.run.command.exec_form or script.run.heredocs or not script.is_posix:
        return
    commands = [command for command in script.commands if not command.inside]
    for one, other in pairwise(commands):
        if other.before not in ("&&", "||"):
            continue
        between = source.text[one.end : other.start]
        if _CHAINED.match(between):
            blanks = len(between) - len(between.lstrip(" \t"))
            yield Span(one.end, one.end + blanks)
