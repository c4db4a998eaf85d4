"""Blanks: between words, and in front of instructions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

from gendock.dockerfile import Dockerfile, From, Instruction, Source, Span
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.mistake import count, replace
from gendock.lint.profiles import Level
from gendock.lint.sameness import reads_the_same
from gendock.lint.scripts import Script

# Begins with what it looks for, so that the rest of a text is passed over quickly.
_BLANKS = r"[ \t](?<=[^ \t\n][ \t])[ \t]+(?=[^ \t\r\n])"
_CONTINUED = re.compile(r"[\\`][ \t]*\r?(?:\n|\Z)")
_OPERATORS = r"[ \t]*(?:&&|\|\||[|;&])?[ \t]*\Z"


@rule("GD403", "multiple-spaces", severity=Severity.STYLE, also=("no-multi-spaces",), level=Level.TASTE)
def multiple_spaces(context: BuildContext) -> Mistakes:
    """Several spaces stand where one is enough.

    Spaces inside quotes, values and heredocs mean something; only those are named that nobody would miss,
    and none in front of the backslash that continues a line.

    Bad:
        FROM  debian:12
        COPY a  b   /src/
        RUN make   install

    Good:
        FROM debian:12
        COPY a b /src/
        RUN make install
    """
    source = context.file.source
    gaps = tuple(_gaps(context.file))
    if not gaps:
        return
    scripts = {id(script.run): script for script in context.scripts}
    edits: list[Edit] = []
    for instruction, gap in gaps:
        script = scripts.get(id(instruction))
        after = source.text[instruction.span.start : gap.start] + " "
        after += source.text[gap.end : instruction.span.end]
        if (
            _parts_words(script, source, gap)
            if script is not None and gap.start > script.run.command.span.start
            else reads_the_same(source.slice(instruction.span), after, context.file.escape)
        ):
            edits.append(Edit(gap, " "))
    if edits:
        others = len(edits) - 1
        yield Mistake(
            edits[0].span,
            "several spaces between these words"
            + (f", as in {count(others, 'more place')}" if others else ""),
            "write one space",
            Fix("write one space", tuple(edits)),
        )


def _gaps(file: Dockerfile) -> Iterator[tuple[Instruction, Span]]:
    """Yield the gaps in instructions' lines, in order, but for those in comments and before a line's end."""
    source = file.source
    starts = [one.line.span.start for one in file.instructions]
    for found in re.finditer(_BLANKS, source.text):
        at = bisect_right(starts, found.start()) - 1
        instruction = file.instructions[at] if at >= 0 else None
        if instruction is None or found.end() >= instruction.line.span.end:
            continue
        is_continued = _CONTINUED.match(source.text, found.end(), instruction.line.span.end)
        if not is_continued and not source.line(source.row(found.start())).lstrip().startswith("#"):
            yield instruction, Span(found.start(), found.end())


def _parts_words(script: Script, source: Source, gap: Span) -> bool:
    """Tell whether a gap in a shell's command lies between two words, and parts nothing else."""
    words = [(word.start, word.end) for command in script.commands for word in command.words]
    before = max((end for _, end in words if end <= gap.start), default=None)
    behind = min((start for start, _ in words if start >= gap.end), default=None)
    if before is None or behind is None or any(start < gap.start < end for start, end in words):
        return False
    return re.match(_OPERATORS, source.text[before:behind]) is not None


@rule(
    "GD407",
    "uneven-indentation",
    severity=Severity.STYLE,
    also=("consistent-indentation",),
    level=Level.TASTE,
)
def uneven_indentation(file: Dockerfile) -> Mistakes:
    """An instruction is indented differently from most of the file.

    FROM begins at the left edge. What follows either does so too, or is indented the same everywhere.

    Bad:
        FROM debian:12
        RUN make
          RUN make install
        USER 65532

    Good:
        FROM debian:12
        RUN make
        RUN make install
        USER 65532
    """
    source = file.source
    if all(one.span.start == 0 or source.text[one.span.start - 1] == "\n" for one in file.instructions):
        return
    indents = [
        Span(source.line_span(source.row(one.span.start)).start, one.span.start) for one in file.instructions
    ]
    bodies = [
        source.slice(indents[at])
        for at, instruction in enumerate(file.instructions)
        if file.stages
        and not isinstance(instruction, From)
        and instruction.span.start > file.stages[0].start.span.start
    ]
    usual = Counter(bodies).most_common(1)[0][0] if bodies else ""
    for at, instruction in enumerate(file.instructions):
        is_body = bool(file.stages) and instruction.span.start > file.stages[0].start.span.start
        wanted = usual if is_body and not isinstance(instruction, From) else ""
        if source.slice(indents[at]) == wanted:
            continue
        yield Mistake(
            instruction.keyword.span,
            f"{instruction.name} is indented differently from the rest",
            "indent it like the others",
            replace(indents[at], wanted, "indent it like the others"),
        )
