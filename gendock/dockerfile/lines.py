"""From physical lines to logical ones: directives, comments, continuations and heredoc bodies.

This is the outer loop of BuildKit's reader (moby/buildkit, frontend/dockerfile/parser/parser.go, `Parse`):
what an instruction's text is, before anybody looks at its words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct

from gendock.dockerfile.arguments import split_command
from gendock.dockerfile.directives import check_directive
from gendock.dockerfile.heredocs import Heredoc, HeredocBody, heredocs_of
from gendock.dockerfile.problems import Problem, ProblemKind, Replacement
from gendock.dockerfile.source import BYTE_ORDER_MARK, Source, Span
from gendock.dockerfile.spaces import UNICODE_SPACES, lower

ESCAPES = ("\\", "`")
DIRECTIVE_NAMES = ("syntax", "escape", "check")

_DIRECTIVE = r"([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*(.+?)[\t\n\f\r ]*\Z"
_WITH_HEREDOCS = ("add", "copy", "run")
# The buffer of Go's `bufio.Scanner`: a line has to fit into it with its end.
_LONGEST_LINE = 65536


class Comment(Struct, frozen=True, gc=False):
    """One comment line, from its `#` to its end."""

    text: str
    span: Span


class Directive(Struct, frozen=True, gc=False):
    """A parser directive in the head of the file: `# escape=...`, `# syntax=...`, `# check=...`."""

    name: str
    value: str
    span: Span


class LogicalLine(Struct, frozen=True, gc=False):
    """An instruction's text with its continuations joined, and the way back to the source.

    `pieces` are (offset in `text`, offset in the source), one for each physical line that gave something.
    """

    text: str
    pieces: tuple[tuple[int, int], ...]
    span: Span

    def offset(self, index: int) -> int:
        """Return the source offset of a character of `text`."""
        at = bisect_right(self.pieces, (index, len(self.text) + self.span.end)) - 1
        start, source = self.pieces[max(at, 0)]
        return source + index - start

    def span_of(self, start: int, end: int) -> Span:
        """Return where `text[start:end]` stands, which may run over several physical lines."""
        if len(self.pieces) == 1:
            shift = self.pieces[0][1]
            return Span(start + shift, max(start, end) + shift)
        if end <= start:
            at = self.offset(start)
            return Span(at, at)
        return Span(self.offset(start), self.offset(end - 1) + 1)


class InstructionText(Struct, frozen=True, gc=False):
    """One instruction before its words are read: its line, its heredocs, the comments above it."""

    line: LogicalLine
    heredocs: tuple[HeredocBody, ...]
    comments: tuple[Comment, ...]
    problems: tuple[Problem, ...]
    span: Span


class FileLines(Struct, frozen=True):
    """A whole file, cut into directives, comments and instruction texts."""

    escape: str
    directives: tuple[Directive, ...]
    comments: tuple[Comment, ...]
    instructions: tuple[InstructionText, ...]
    problems: tuple[Problem, ...]


class LineReader:
    """Reads one source from its first line to its last; made for one use."""

    def __init__(self, source: Source) -> None:
        """Take the source to read."""
        self._source = source
        first = 1 if source.text.startswith(BYTE_ORDER_MARK) else 0
        # Where each row begins, and at last where the file ends.
        self._starts = (first, *source.line_starts[1:], len(source.text))
        # How many rows have been read, and where the text of the last of them ends.
        self._row = 0
        self._end = 0
        self._escape = "\\"
        self._in_head = True
        self._directives: list[Directive] = []
        self._comments: list[Comment] = []
        self._problems: list[Problem] = []

    def read(self) -> FileLines:
        """Read the whole file."""
        instructions = tuple(self._instructions())
        self._problems += self._too_long()
        return FileLines(
            self._escape, tuple(self._directives), tuple(self._comments), instructions, tuple(self._problems)
        )

    def _too_long(self) -> Iterator[Problem]:
        """Yield the first line that does not fit into BuildKit's buffer: it reads none behind it."""
        source = self._source
        if len(source.text) < _LONGEST_LINE // 4:
            return
        for row in range(1, len(source.line_starts) + 1):
            start = source.line_starts[row - 1]
            end = source.line_starts[row] if row < len(source.line_starts) else len(source.text)
            if end - start < _LONGEST_LINE // 4:
                continue
            size = len(source.text[start:end].encode("utf-8", "surrogateescape"))
            if size > _LONGEST_LINE or (size == _LONGEST_LINE and source.text[end - 1] != "\n"):
                yield Problem(
                    ProblemKind.LINE_TOO_LONG,
                    source.line_span(row),
                    f"this line has {size} bytes, and BuildKit reads at most {_LONGEST_LINE - 1}",
                    "break it with a continuation, or move its content into a file",
                )
                return

    def _next(self) -> tuple[str, int] | None:
        """Return the next physical line without its line ending, and where it begins; None after the last."""
        start = self._starts[self._row]
        if start == self._starts[-1]:
            return None
        self._row += 1
        text = self._source.text[start : self._starts[self._row]].rstrip("\r\n")
        self._end = start + len(text)
        return text, start

    def _comment(self, text: str, start: int) -> Comment:
        comment = Comment(text, Span(start, start + len(text)))
        self._comments.append(comment)
        return comment

    def _instructions(self) -> Iterator[InstructionText]:
        above: list[Comment] = []
        while (physical := self._next()) is not None:
            text, start = physical
            stripped = text.lstrip(UNICODE_SPACES)
            start += len(text) - len(stripped)
            if stripped.startswith("#"):
                comment = self._comment(stripped, start)
                if not self._read_directive(comment):
                    if stripped[1:].strip():
                        above.append(comment)
                    else:
                        above = []
                continue
            self._in_head = False
            line = self._logical_line(stripped, start)
            if line is None:
                continue
            yield self._with_heredocs(line, tuple(above))
            above = []

    def _read_directive(self, comment: Comment) -> bool:
        if not self._in_head:
            return False
        found = re.match(_DIRECTIVE, comment.text[1:].lstrip(UNICODE_SPACES))
        name = found.group(1).lower() if found else ""
        if found is None or name not in DIRECTIVE_NAMES:
            self._in_head = False
            return False
        value = found.group(2)
        value_start = comment.span.end - len(comment.text[1:].lstrip(UNICODE_SPACES)) + found.start(2)
        if any(known.name == name for known in self._directives):
            self._problems.append(
                Problem(
                    ProblemKind.DIRECTIVE,
                    comment.span,
                    f"the directive `{name}` is given a second time",
                    "keep one of the two",
                )
            )
            return True
        self._directives.append(Directive(name, value, comment.span))
        if name == "escape" and value in ESCAPES:
            self._escape = value
        span = Span(value_start, value_start + len(value))
        indented = comment.span.start > self._starts[self._row - 1]
        problem = check_directive(name, value, span, indented=indented)
        if problem:
            self._problems.append(problem)
        return True

    def _logical_line(self, first: str, start: int) -> LogicalLine | None:
        """Join a line with those that continue it; None where nothing is on it."""
        parts: list[str] = []
        pieces: list[tuple[int, int]] = []
        length = 0
        physical: tuple[str, int] | None = (first, start)
        while physical is not None:
            text, at = physical
            before = _before_mark(text, self._escape)
            kept = text if before is None else before
            if kept:
                pieces.append((length, at))
                parts.append(kept)
                length += len(kept)
            physical = None if before is None else self._continuation()
        if not parts and first == "":
            return None
        # Where the file ends in a continuation, what was passed over belongs to the instruction.
        return LogicalLine("".join(parts), tuple(pieces) or ((0, start),), Span(start, self._end))

    def _continuation(self) -> tuple[str, int] | None:
        """Return the next line that continues an instruction: comments and blank lines are passed over."""
        while (physical := self._next()) is not None:
            text, start = physical
            stripped = text.lstrip(UNICODE_SPACES)
            if stripped.startswith("#"):
                self._comment(stripped, start + len(text) - len(stripped))
            elif stripped:
                return physical
        return None

    def _with_heredocs(self, line: LogicalLine, above: tuple[Comment, ...]) -> InstructionText:
        found: list[HeredocBody] = []
        problems: list[Problem] = []
        end = line.span.end
        if "<<" in line.text and self._may_hold_heredocs(line.text):
            for heredoc in heredocs_of(line.text):
                body, problem = self._heredoc_body(heredoc, line)
                found.append(body)
                end = max(end, body.terminator.end)
                if problem:
                    problems.append(problem)
        return InstructionText(line, tuple(found), above, tuple(problems), Span(line.span.start, end))

    def _may_hold_heredocs(self, text: str) -> bool:
        command = split_command(text, 0, self._escape)
        if lower(command.keyword.text) == "onbuild":
            command = split_command(text, command.rest.start, self._escape)
        return lower(command.keyword.text) in _WITH_HEREDOCS

    def _heredoc_body(self, heredoc: Heredoc, line: LogicalLine) -> tuple[HeredocBody, Problem | None]:
        opener = line.span_of(heredoc.start, heredoc.end)
        body_start = self._starts[self._row]
        near_row: Span | None = None
        while (physical := self._next()) is not None:
            text, start = physical
            end = start + len(text)
            candidate = text.lstrip("\t") if heredoc.strip_tabs else text
            if candidate == heredoc.name:
                body = Span(body_start, start)
                terminator = Span(end - len(candidate), end)
                return HeredocBody(heredoc, self._source.slice(body), opener, body, terminator), None
            if near_row is None and text.strip() == heredoc.name:
                near_row = Span(start, end)
        rest = Span(body_start, self._starts[-1])
        unended = HeredocBody(heredoc, self._source.slice(rest), opener, rest, Span(rest.end, rest.end))
        if near_row is not None:
            row = self._source.position(near_row.start).row
            advice = f"line {row} has spaces beside `{heredoc.name}`: the end mark must stand alone"
        else:
            advice = f"put `{heredoc.name}` alone on a line where the text ends"
        mend = Replacement(near_row, heredoc.name) if near_row is not None else None
        message = f"the heredoc `{heredoc.name}` has no end: all the rest of the file was taken for its text"
        return unended, Problem(ProblemKind.UNTERMINATED_HEREDOC, opener, message, advice, mend)


def _before_mark(text: str, escape: str) -> str | None:
    """Return what comes before the mark that continues a line; None where there is no mark."""
    if text and text[-1] not in (escape, " ", "\t"):
        return None
    marked = text.rstrip(" \t")
    if not marked.endswith(escape) or marked.endswith(escape * 2):
        return None
    return marked[:-1]
