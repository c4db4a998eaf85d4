"""Lines that a backslash continues."""

from __future__ import annotations

from gendock.dockerfile import Dockerfile, Healthcheck, Instruction, Span
from gendock.dockerfile.keywords import keyword_named
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.mistake import Applicability
from gendock.lint.rows import empty_continuations, whole_row


@rule(
    "GD112",
    "empty-continuation",
    severity=Severity.WARNING,
    also=("NoEmptyContinuation", "EMPTY_CONTINUATION_LINE"),
    mentions=("\\", "`"),
)
def empty_continuation(file: Dockerfile) -> Mistakes:
    r"""A blank line interrupts an instruction that a backslash continues.

    BuildKit passes over it, and says that one day it will refuse it. It looks like the instruction's end and
    is none; where the backslash is the mistake, the next instruction is taken for a part of this one.

    Bad:
        FROM debian:12
        RUN touch /a && \

            touch /b

    Good:
        FROM debian:12
        RUN touch /a && \
            touch /b

    Bad:
        FROM debian:12
        RUN touch /a \

        USER 65532

    Good:
        FROM debian:12
        RUN touch /a

        USER 65532
    """
    for instruction in file.instructions:
        if instruction.line.span.end - instruction.line.span.start == len(instruction.line.text):
            continue
        rows = tuple(empty_continuations(file, instruction))
        if not rows:
            continue
        span = file.source.line_span(rows[0])
        swallowed = _swallowed(file, instruction, rows)
        if swallowed:
            name, row = swallowed
            yield Mistake(
                span,
                f"the backslash above this blank line makes {name} on line {row} "
                f"part of this {instruction.name}",
                f"delete the backslash, or the blank line if {name} is not an instruction here",
                _without_backslash(file, rows[0]),
            )
            continue
        edits = tuple(Edit(whole_row(file.source, row), "") for row in rows)
        yield Mistake(
            span,
            f"a blank line interrupts {instruction.name}, which a backslash continues",
            "delete the blank line, or the backslash above it",
            Fix("delete the blank lines", edits),
        )


def _swallowed(file: Dockerfile, instruction: Instruction, rows: tuple[int, ...]) -> tuple[str, int] | None:
    """Return the keyword in capitals that begins a line behind a blank one, and its row; None for none."""
    last = len(file.source.line_starts)
    for row in rows:
        # Comments behind the blank line are none of the instruction's.
        below = ((one, file.source.line(one).strip()) for one in range(row + 1, last + 1))
        at, words = next(((one, line.split()) for one, line in below if line and line[0] != "#"), (0, []))
        if isinstance(instruction, Healthcheck) and words[:1] == ["CMD"]:
            continue
        if len(words) > 1 and words[0].isupper() and keyword_named(words[0]):
            return words[0], at
    return None


def _without_backslash(file: Dockerfile, blank: int) -> Fix | None:
    """Delete the backslash above the first blank line, if no comment stands between."""
    source = file.source
    above = source.line_span(blank - 1)
    kept = source.slice(above).rstrip(" \t")
    if not kept.endswith(file.escape):
        return None
    end = above.start + len(kept[:-1].rstrip(" \t"))
    edit = Edit(Span(end, above.end), "")
    return Fix("delete the backslash", (edit,), Applicability.UNSAFE)
