"""Lines: their ends, blank ones, and how many there are."""

from __future__ import annotations

from gendock.dockerfile import Dockerfile, Source, Span
from gendock.dockerfile.source import BYTE_ORDER_MARK
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.mistake import count, replace
from gendock.lint.profiles import Level
from gendock.lint.rows import heredoc_rows, instruction_rows, whole_row

# How a line with spaces at its end goes on.
_BLANK_ENDS = (" \n", "\t\n", " \r\n", "\t\r\n")


@rule("GD401", "missing-final-newline", severity=Severity.STYLE, also=("eol-last",), level=Level.TASTE)
def missing_final_newline(file: Dockerfile) -> Mistakes:
    """The last line does not end with a newline.

    Tools that put files together, and those that compare them, take it for a line that is not finished.
    """
    text = file.source.text
    if not text or text.endswith("\n") or not file.instructions:
        return
    if any(not file.source.slice(body.terminator) for body in file.instructions[-1].heredocs):
        # A heredoc without its end would get one line more.
        return
    end = Span(len(text), len(text))
    yield Mistake(
        end,
        "the last line does not end with a newline",
        "end the file with a newline",
        replace(end, "\n", "add the newline"),
    )


@rule("GD402", "trailing-spaces", severity=Severity.STYLE, also=("no-trailing-spaces",), level=Level.TASTE)
def trailing_spaces(file: Dockerfile) -> Mistakes:
    """A line ends with spaces.

    Nobody sees them, and each editor that takes them away makes a change of a line that nobody touched. In
    heredocs they belong to the text, and are left alone.
    """
    text = file.source.text
    if not any(end in text for end in _BLANK_ENDS) and not text.rstrip("\r").endswith((" ", "\t")):
        return
    kept = heredoc_rows(file)
    for row in range(1, len(file.source.line_starts) + 1):
        span = file.source.line_span(row)
        line = file.source.slice(span)
        bare = line.rstrip(" \t")
        if bare == line or row in kept:
            continue
        blanks = Span(span.start + len(bare), span.end)
        yield Mistake(
            blanks, "this line ends with spaces", "delete them", replace(blanks, "", "delete the spaces")
        )


@rule(
    "GD404",
    "multiple-blank-lines",
    severity=Severity.STYLE,
    also=("no-multiple-empty-lines",),
    level=Level.TASTE,
)
def multiple_blank_lines(file: Dockerfile) -> Mistakes:
    """Several blank lines follow each other, or the file begins or ends with one.

    One blank line separates what is on its two sides; more say nothing more.

    Bad:
        FROM debian:12


        RUN make

    Good:
        FROM debian:12

        RUN make
    """
    source = file.source
    total, blank = len(source.line_starts), source.blank_rows
    if not any(row + 1 in blank or row in (1, total) for row in blank):
        return
    kept = heredoc_rows(file) | instruction_rows(file)
    row = 1
    while row <= total:
        last = row
        while last in blank and last not in kept:
            last += 1
        many = last - row
        allowed = 0 if row == 1 or last > total else 1
        if many > allowed and (row > 1 or not _is_else_on_top(source, last)):
            first = whole_row(source, row + allowed)
            edit = Edit(Span(first.start, whole_row(source, last - 1).end), "")
            yield Mistake(
                source.line_span(row + allowed),
                f"{count(many, 'blank line')} where {'one is enough' if allowed else 'none belongs'}",
                "delete the extra ones",
                Fix("delete blank lines", (edit,)),
            )
        row = max(last, row + 1)


def _is_else_on_top(source: Source, row: int) -> bool:
    """Tell whether a line would be a directive if it were the first, or lose its byte order mark."""
    line = source.line(row) if row <= len(source.line_starts) else ""
    return line.startswith(BYTE_ORDER_MARK) or ("=" in line and line.startswith("#"))


@rule("GD409", "too-many-lines", severity=Severity.STYLE, also=("max-lines",), level=Level.TASTE)
def too_many_lines(context: BuildContext) -> Mistakes:
    """The file has more lines than `max-lines` allows.

    A long Dockerfile mostly builds several things: stages of their own, base images or scripts beside it are
    easier to read. Blank lines and comments do not count.

    With `max-lines = 10`:

    Bad:
        FROM debian:12
        ENV A=1
        ENV B=2
        ENV C=3
        ENV D=4
        ENV E=5
        ENV F=6
        ENV G=7
        ENV H=8
        ENV I=9
        ENV J=10
    """
    source = context.file.source
    most = context.options.max_lines
    if len(source.line_starts) <= most:
        return
    kept = heredoc_rows(context.file)
    rows = [
        row
        for row in range(1, len(source.line_starts) + 1)
        if row in kept or not (row in source.blank_rows or source.line(row).lstrip().startswith("#"))
    ]
    if len(rows) > most:
        yield Mistake(
            source.line_span(rows[most]),
            f"this file has {len(rows)} lines, and {most} are allowed",
            "move parts of it into scripts or other files",
        )
