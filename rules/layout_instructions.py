"""Instructions among each other: blank lines between them, and what stands at a stage's end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gendock.dockerfile import (
    Cmd,
    Dockerfile,
    Entrypoint,
    Healthcheck,
    Instruction,
    Shell,
    Source,
    Span,
    Stage,
    Stopsignal,
)
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.mistake import count
from gendock.lint.profiles import Level
from gendock.lint.rows import empty_continuations, rows_of, whole_row
from gendock.lint.stage_uses import used_stages

_EPILOGUE = (Stopsignal, Healthcheck, Entrypoint, Cmd)


@rule(
    "GD405",
    "uneven-blank-lines",
    severity=Severity.STYLE,
    also=("newline-between-instructions",),
    level=Level.TASTE,
)
def uneven_blank_lines(file: Dockerfile) -> Mistakes:
    """A blank line separates instructions of one kind, or none separates those of two kinds.

    Bad:
        FROM debian:12
        ENV A=1

        ENV B=2
        RUN make

    Good:
        FROM debian:12

        ENV A=1
        ENV B=2

        RUN make
    """
    source = file.source
    edits: list[Edit] = []
    first: Span | None = None
    for above, below in zip(file.instructions, file.instructions[1:], strict=False):
        edit = _parting(source, above, below)
        if edit is not None and not _has_blank_rows(file, above):
            edits.append(edit)
            first = first or below.keyword.span
    if first is not None:
        yield Mistake(
            first,
            "blank lines do not separate the kinds of instructions"
            + (f", here and in {count(len(edits) - 1, 'more place')}" if len(edits) > 1 else ""),
            "write a blank line between instructions of two kinds, and none within one kind",
            Fix("set the blank lines", tuple(edits)),
        )


def _parting(source: Source, above: Instruction, below: Instruction) -> Edit | None:
    """Return the edit that sets the blank lines between two instructions; None where they are right."""
    is_same = above.name == below.name
    if is_same and source.text.count("\n", above.span.end, below.span.start) < 2:
        return None
    begin = source.row(max(above.span.end - 1, above.span.start)) + 1
    end = source.row(below.span.start)
    rows = range(begin, end)
    blank = [row for row in rows if row in source.blank_rows]
    is_right = bool(blank) if not is_same else not rows or len(blank) < len(rows)
    if is_right:
        return None
    start = whole_row(source, begin).start if begin <= len(source.line_starts) else len(source.text)
    if is_same:
        return Edit(Span(start, whole_row(source, end).start), "")
    return Edit(Span(start, start), "\n")


@rule("GD408", "unordered-epilogue", severity=Severity.STYLE, also=("epilogue-order",), level=Level.TASTE)
def unordered_epilogue(context: BuildContext) -> Mistakes:
    """What says how the image is run is not at the end of the stage, in the usual order.

    Readers look there for STOPSIGNAL, HEALTHCHECK, ENTRYPOINT and CMD. Stages that others build on are not
    judged.

    Bad:
        FROM debian:12
        CMD ["/app"]
        RUN make
        STOPSIGNAL SIGINT

    Good:
        FROM debian:12
        RUN make
        STOPSIGNAL SIGINT
        CMD ["/app"]
    """
    used = used_stages(context.stages)
    for stage in context.file.stages:
        found = [one for one in stage.instructions if isinstance(one, _EPILOGUE)]
        wanted = sorted(found, key=lambda one: _EPILOGUE.index(type(one)))
        if stage.index in used or not found or [*stage.instructions[-len(found) :]] == wanted:
            continue
        misplaced = next(
            one
            for one, place in zip(found, stage.instructions[-len(found) :], strict=True)
            if one is not place or found != wanted
        )
        yield Mistake(
            misplaced.keyword.span,
            f"{misplaced.name} is not at the end of the stage, in the usual order",
            "end the stage with STOPSIGNAL, HEALTHCHECK, ENTRYPOINT and CMD",
            _moved(context.file, stage, wanted),
        )


def _moved(file: Dockerfile, stage: Stage, wanted: Sequence[Instruction]) -> Fix | None:
    """Move the instructions to the end; None where that could change what they say."""
    kinds = {type(one) for one in wanted}
    has_shell = any(isinstance(one, Shell) for one in stage.instructions)
    has_variable = any("$" in one.line.text for one in wanted if isinstance(one, Stopsignal))
    if len(kinds) < len(wanted) or has_shell or has_variable:
        return None
    source = file.source
    is_cut_off = source.slice(stage.instructions[-1].span).rstrip(" \t").endswith(file.escape)
    if is_cut_off or any(one.problems or _has_blank_rows(file, one) for one in stage.instructions):
        return None
    blocks = [_block(file, one) for one in wanted]
    texts = [source.slice(block) for block in blocks]
    last = rows_of(source, stage.instructions[-1].span)[-1]
    end = whole_row(source, last).end
    if any(not re.search(r"\n\Z", text) for text in texts) or not source.text[:end].endswith("\n"):
        texts = [text if text.endswith("\n") else f"{text}\n" for text in texts]
        if not source.text[:end].endswith("\n") and stage.instructions[-1] not in wanted:
            texts[0] = f"\n{texts[0]}"
    edits = [Edit(block, "") for block in blocks]
    return Fix("move them to the end", (*edits, Edit(Span(end, end), "".join(texts))))


def _has_blank_rows(file: Dockerfile, instruction: Instruction) -> bool:
    return next(empty_continuations(file, instruction), None) is not None


def _block(file: Dockerfile, instruction: Instruction) -> Span:
    """Return an instruction's lines with the comments right above it."""
    source = file.source
    rows = rows_of(source, instruction.span)
    comments = {source.position(comment.span.start).row for comment in instruction.comments}
    first = rows[0]
    while first - 1 in comments:
        first -= 1
    return Span(whole_row(source, first).start, whole_row(source, rows[-1]).end)
