"""One instruction while its node is built: its text, its words with their places, its mistakes so far."""

from __future__ import annotations

from typing import TypedDict

from gendock.dockerfile import instructions as node
from gendock.dockerfile.arguments import NotAllStringsError, Piece, by_blanks, json_strings, split_command
from gendock.dockerfile.heredocs import HeredocBody
from gendock.dockerfile.keywords import keyword_named
from gendock.dockerfile.lines import Comment, InstructionText, LogicalLine
from gendock.dockerfile.problems import Problem, ProblemKind, Replacement
from gendock.dockerfile.source import Span


class Common(TypedDict):
    """The fields that every node has."""

    keyword: node.Word
    flags: tuple[node.Flag, ...]
    words: tuple[node.Word, ...]
    line: LogicalLine
    heredocs: tuple[HeredocBody, ...]
    comments: tuple[Comment, ...]
    problems: tuple[Problem, ...]
    span: Span


class Draft:
    """An instruction on the way to its node; the trigger of an ONBUILD is a draft of its own."""

    def __init__(self, text: InstructionText, escape: str, start: int, *, is_trigger: bool = False) -> None:
        """Cut the logical line, from `start` on, into keyword, flags and the rest."""
        self.text = text
        self.escape = escape
        self.line = text.line
        self.keyword, flags, self.rest = split_command(text.line.text, start, escape)
        self.known = keyword_named(self.keyword.text)
        self.name = self.known.name if self.known else self.keyword.text.upper()
        self.problems: list[Problem] = [] if is_trigger else list(text.problems)
        self.is_trigger = is_trigger
        self.flags = tuple([self._flag(piece) for piece in flags]) if flags else ()

    # Words and places

    def word(self, piece: Piece) -> node.Word:
        """Give a piece its place in the source."""
        return node.Word(piece.text, self.line.span_of(piece.start, piece.end))

    def words_of(self, pieces: list[Piece]) -> tuple[node.Word, ...]:
        """Give each piece its place in the source."""
        return tuple([self.word(piece) for piece in pieces])

    def _flag(self, piece: Piece) -> node.Flag:
        name, equals, value = piece.text[2:].partition("=")
        span = self.line.span_of(piece.start, piece.end)
        if not equals:
            return node.Flag(name, None, span)
        written = self.line.text.index("=", piece.start)
        return node.Flag(name, node.Word(value, self.line.span_of(written + 1, piece.end)), span)

    def common(self, pieces: list[Piece]) -> Common:
        """Return what every node has; `pieces` become its words."""
        return {
            "keyword": self.word(self.keyword),
            "flags": self.flags,
            "words": self.words_of(pieces),
            "line": self.line,
            "heredocs": self.text.heredocs,
            "comments": self.text.comments,
            "problems": tuple(self.problems),
            "span": self.text.span,
        }

    def report(
        self, kind: ProblemKind, piece: Piece, message: str, advice: str, mend: Replacement | None = None
    ) -> None:
        """Note a mistake at a piece."""
        span = self.line.span_of(piece.start, piece.end)
        self.problems.append(Problem(kind, span, message, advice, mend))

    def broken(self, kind: ProblemKind, piece: Piece, message: str, advice: str) -> node.Broken:
        """Note a mistake, and return the node of an instruction that has no type for it."""
        self.report(kind, piece, message, advice)
        return node.Broken(**self.common(by_blanks(self.rest)))

    def missing(self, needs: str, example: str) -> node.Broken:
        """Say that the instruction has nothing where it needs something."""
        message = f"{self.name} has no argument where it needs {needs}"
        return self.broken(ProblemKind.MISSING_ARGUMENT, self.keyword, message, f"write `{example}`")

    def in_one_piece(self, piece: Piece) -> bool:
        """Tell whether a piece stands on one physical line, so that its text can be replaced."""
        span = self.line.span_of(piece.start, piece.end)
        return span.end - span.start == piece.end - piece.start

    def json_or_blanks(self) -> list[Piece] | None:
        """Return the elements of a JSON array, or else the words; None where the array is refused."""
        try:
            found = json_strings(self.rest)
        except NotAllStringsError:
            self._not_strings()
            return None
        return by_blanks(self.rest) if found is None else found

    def _not_strings(self) -> None:
        self.report(
            ProblemKind.JSON_NOT_STRINGS,
            self.rest,
            "a JSON array of an instruction may hold strings and nothing else",
            "put each element into double quotes",
        )

    def command_line(self, rest: Piece) -> node.CommandLine | None:
        """Read exec form or shell form; None where the array is refused."""
        try:
            found = json_strings(rest)
        except NotAllStringsError:
            self._not_strings()
            return None
        span = self.line.span_of(rest.start, rest.end)
        if found is not None:
            return node.CommandLine(self.words_of(found), exec_form=True, span=span)
        words = (self.word(rest),) if rest.text else ()
        return node.CommandLine(words, exec_form=False, span=span)
