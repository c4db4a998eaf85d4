"""From an instruction's text to its node: keyword, flags, words, and what is wrong with them.

Source of what is refused: moby/buildkit, frontend/dockerfile/instructions/parse.go.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypedDict

from gendock.dockerfile import instructions as node
from gendock.dockerfile.arguments import (
    NotAllStringsError,
    PairPiece,
    Piece,
    by_blanks,
    by_quotes,
    json_strings,
    legacy_pair,
    pair,
    split_command,
)
from gendock.dockerfile.flags import check_flags
from gendock.dockerfile.healthchecks import check_healthcheck
from gendock.dockerfile.heredocs import HeredocBody, parse_opener
from gendock.dockerfile.keywords import KEYWORDS
from gendock.dockerfile.lines import Comment, InstructionText, LogicalLine
from gendock.dockerfile.problems import Problem, ProblemKind, Replacement
from gendock.dockerfile.source import Span
from gendock.dockerfile.spaces import GAP
from gendock.dockerfile.suggestions import nearest

_STAGE_NAME = re.compile(r"[a-z][a-z0-9\-_.]*\Z")
_GLUED_JSON = re.compile(r"([A-Za-z]+)(\[.*)\Z", re.DOTALL)


class _Common(TypedDict):
    keyword: node.Word
    flags: tuple[node.Flag, ...]
    words: tuple[node.Word, ...]
    line: LogicalLine
    heredocs: tuple[HeredocBody, ...]
    comments: tuple[Comment, ...]
    problems: tuple[Problem, ...]
    span: Span


def build_instruction(text: InstructionText, escape: str) -> node.Instruction:
    """Build the node of one instruction; it never fails."""
    return _Builder(text, escape, 0).build()


class _Builder:
    """Builds one node; the trigger of an ONBUILD has a builder of its own on the same line."""

    def __init__(self, text: InstructionText, escape: str, start: int, *, is_trigger: bool = False) -> None:
        self._text = text
        self._escape = escape
        self._line = text.line
        self._keyword, self._flags, self._rest = split_command(text.line.text, start, escape)
        self._name = self._keyword.text.upper()
        self._problems: list[Problem] = [] if is_trigger else list(text.problems)
        self._is_trigger = is_trigger

    def build(self) -> node.Instruction:
        build = _BUILDERS.get(self._name)
        if build is None:
            self._unknown()
            return node.Unknown(**self._common(by_blanks(self._rest)))
        known = KEYWORDS[self._name]
        if known.reads_flags and not (self._name == "HEALTHCHECK" and self._rest.text.upper() == "NONE"):
            self._problems += check_flags(known, self._flags_with_places())
        return build(self)

    # Words and places

    def _word(self, piece: Piece) -> node.Word:
        return node.Word(piece.text, self._line.span_of(piece.start, piece.end))

    def _words(self, pieces: list[Piece]) -> tuple[node.Word, ...]:
        return tuple(self._word(piece) for piece in pieces)

    def _flags_with_places(self) -> tuple[node.Flag, ...]:
        found: list[node.Flag] = []
        for flag in self._flags:
            name, equals, value = flag.text[2:].partition("=")
            span = self._line.span_of(flag.start, flag.end)
            written = self._line.text[flag.start : flag.end].find("=")
            value_span = self._line.span_of(flag.start + written + 1, flag.end) if equals else span
            found.append(node.Flag(name, node.Word(value, value_span) if equals else None, span))
        return tuple(found)

    def _common(self, pieces: list[Piece]) -> _Common:
        return {
            "keyword": self._word(self._keyword),
            "flags": self._flags_with_places(),
            "words": self._words(pieces),
            "line": self._line,
            "heredocs": self._text.heredocs,
            "comments": self._text.comments,
            "problems": tuple(self._problems),
            "span": self._text.span,
        }

    # Problems

    def _problem(
        self, kind: ProblemKind, piece: Piece, message: str, advice: str, mend: Replacement | None = None
    ) -> None:
        span = self._line.span_of(piece.start, piece.end)
        self._problems.append(Problem(kind, span, message, advice, mend))

    def _broken(self, kind: ProblemKind, piece: Piece, message: str, advice: str) -> node.Broken:
        self._problem(kind, piece, message, advice)
        return node.Broken(**self._common(by_blanks(self._rest)))

    def _missing(self, needs: str, example: str) -> node.Broken:
        message = f"{self._name} has no argument where it needs {needs}"
        return self._broken(ProblemKind.MISSING_ARGUMENT, self._keyword, message, f"write `{example}`")

    def _unknown(self) -> None:
        written = self._keyword.text
        span = self._line.span_of(self._keyword.start, self._keyword.end)
        glued = _GLUED_JSON.match(written)
        if glued and glued.group(1).upper() in KEYWORDS:
            mended = f"{glued.group(1)} {glued.group(2)}"
            whole = self._line.text[self._keyword.start : self._rest.end]
            advice = f"did you mean `{glued.group(1)} {whole[len(glued.group(1)) :]}`?"
            message = f"no space between {glued.group(1)} and its JSON array"
            mend = Replacement(span, mended) if self._in_one_piece(self._keyword) else None
        else:
            near = nearest(written, KEYWORDS)
            message = f"`{written}` is no instruction" if written else "no instruction before the line's end"
            advice = f"did you mean {near}?" if near else "instructions: " + ", ".join(KEYWORDS)
            mend = Replacement(span, near) if near else None
            if near is None and not written:
                advice = "delete the line, or write the instruction that it should be"
        self._problem(ProblemKind.UNKNOWN_INSTRUCTION, self._keyword, message, advice, mend)

    def _in_one_piece(self, piece: Piece) -> bool:
        """Tell whether a piece stands on one physical line, so that its text can be replaced."""
        span = self._line.span_of(piece.start, piece.end)
        return span.end - span.start == piece.end - piece.start

    # One method a shape

    def from_(self) -> node.From:
        words = by_blanks(self._rest)
        alias: Piece | None = None
        if len(words) == 3 and words[1].text.upper() == "AS":
            alias = words[2]
            if not _STAGE_NAME.match(alias.text.lower()):
                self._problem(
                    ProblemKind.STAGE_NAME,
                    alias,
                    f"`{alias.text}` cannot be a stage's name",
                    "begin with a letter; then letters, digits, `-`, `_` and `.`",
                )
        elif not words:
            self._problem(
                ProblemKind.MISSING_ARGUMENT,
                self._keyword,
                "FROM has no argument where it needs an image",
                "write `FROM image:tag`, or `FROM scratch`",
            )
        elif len(words) != 1:
            self._from_extra(words)
            alias = words[2] if len(words) > 2 and words[1].text.upper() == "AS" else None
        image = words[0] if words else Piece("", self._keyword.end, self._keyword.end)
        return node.From(
            image=self._word(image), alias=self._word(alias) if alias else None, **self._common(words)
        )

    def _from_extra(self, words: list[Piece]) -> None:
        image, second = words[0], words[1]
        near = second.text.upper() == "AS" or nearest(second.text, ["AS"]) is not None
        mend = None
        if near:
            advice = f"write `FROM {image.text} AS name`"
        else:
            advice = f"did you mean `FROM {image.text} AS {second.text}`?"
            if len(words) == 2:
                at = self._line.span_of(second.start, second.start)
                mend = Replacement(at, "AS ")
        self._problem(
            ProblemKind.EXTRA_ARGUMENT,
            words[-1] if near else second,
            f"FROM takes an image, or an image and `AS name`; here are {len(words)} words",
            advice,
            mend,
        )

    def transfer(self) -> node.Instruction:
        words = self._json_or_blanks()
        if words is None:
            return node.Broken(**self._common(by_blanks(self._rest)))
        if len(words) < 2:
            return self._no_destination(words)
        destination = words[-1]
        if parse_opener(destination.text) is not None:
            return self._broken(
                ProblemKind.HEREDOC_DESTINATION,
                destination,
                f"the last argument of {self._name} is its destination, which cannot be a heredoc",
                f"write `{self._name} {destination.text} /path/of/the/file`",
            )
        sources = self._words(words[:-1])
        common = self._common(words)
        if self._name == "ADD":
            return node.Add(sources=sources, destination=self._word(destination), **common)
        return node.Copy(sources=sources, destination=self._word(destination), **common)

    def _no_destination(self, words: list[Piece]) -> node.Instruction:
        if not words:
            return self._missing("a source and a destination", f"{self._name} source destination")
        only = words[0]
        # `*.mod./` and `.//app`: a source and a destination that begins with a dot, without their space.
        glued = re.match(r"(.*[^./\s])(\.{1,2}/\S*)\Z", only.text) or re.match(r"(\.)(/\S+)\Z", only.text)
        mend = None
        if glued and self._in_one_piece(only):
            advice = f"did you mean `{glued.group(1)} {glued.group(2)}`?"
            at = self._line.offset(only.start + len(glued.group(1)))
            mend = Replacement(Span(at, at), " ")
        else:
            advice = f"write where to put it: `{self._name} {only.text} ./`"
        self._problem(
            ProblemKind.MISSING_ARGUMENT,
            only,
            f"{self._name} has one argument where it needs a source and a destination",
            advice,
            mend,
        )
        return node.Broken(**self._common(words))

    def _json_or_blanks(self) -> list[Piece] | None:
        try:
            found = json_strings(self._rest)
        except NotAllStringsError:
            self._not_strings()
            return None
        return by_blanks(self._rest) if found is None else found

    def _not_strings(self) -> None:
        self._problem(
            ProblemKind.JSON_NOT_STRINGS,
            self._rest,
            "a JSON array of an instruction may hold strings and nothing else",
            "put each element into double quotes",
        )

    def _command_line(self, rest: Piece) -> node.CommandLine | None:
        """Read exec form or shell form; None where the array is refused."""
        try:
            found = json_strings(rest)
        except NotAllStringsError:
            self._not_strings()
            return None
        span = self._line.span_of(rest.start, rest.end)
        if found is not None:
            return node.CommandLine(self._words(found), exec_form=True, span=span)
        words = (self._word(rest),) if rest.text else ()
        return node.CommandLine(words, exec_form=False, span=span)

    def command(self) -> node.Instruction:
        line = self._command_line(self._rest)
        if line is None:
            return node.Broken(**self._common([self._rest]))
        pieces = [Piece(word.text, 0, 0) for word in line.words]
        common = self._common(pieces)
        common["words"] = line.words
        if self._name == "RUN":
            return node.Run(command=line, **common)
        if self._name == "CMD":
            return node.Cmd(command=line, **common)
        return node.Entrypoint(command=line, **common)

    def shell(self) -> node.Instruction:
        line = self._command_line(self._rest)
        if line is None:
            return node.Broken(**self._common([self._rest]))
        if not line.words:
            return self._missing("a program", 'SHELL ["/bin/bash", "-c"]')
        if not line.exec_form:
            array = ", ".join(f'"{word}"' for word in self._rest.text.split())
            return self._broken(
                ProblemKind.JSON_REQUIRED,
                self._rest,
                "SHELL takes a JSON array and nothing else",
                f"write `SHELL [{array}]`",
            )
        common = self._common([])
        common["words"] = line.words
        return node.Shell(command=line, **common)

    def single(self) -> node.Instruction:
        if not self._rest.text:
            needs, example = _SINGLE[self._name]
            return self._missing(needs, example)
        common = self._common([self._rest])
        value = common["words"][0]
        if self._name == "WORKDIR":
            return node.Workdir(value=value, **common)
        if self._name == "USER":
            return node.User(value=value, **common)
        if self._name == "STOPSIGNAL":
            return node.Stopsignal(value=value, **common)
        return node.Maintainer(value=value, **common)

    def pairs(self) -> node.Instruction:
        words = by_quotes(self._rest, self._escape)
        if not words:
            return self._missing("a name and a value", f"{self._name} NAME=value")
        if "=" not in words[0].text:
            legacy = legacy_pair(self._rest)
            if legacy is None:
                return self._broken(
                    ProblemKind.MALFORMED_PAIR,
                    words[0],
                    f"{self._name} has a name and no value",
                    f"write `{self._name} {words[0].text}=value`",
                )
            found = [legacy]
        else:
            found = [pair(word) for word in words]
        for one in found:
            if one.value is None:
                return self._broken(
                    ProblemKind.MALFORMED_PAIR,
                    one.name,
                    f"`{one.name.text}` has no `=`",
                    f"write `{one.name.text}=value`, or quote the value that it belongs to",
                )
            if not one.name.text:
                return self._blank_name(one)
        pairs = tuple(self._pair(one) for one in found)
        if self._name == "ENV":
            return node.Env(pairs=pairs, **self._common(words))
        return node.Label(pairs=pairs, **self._common(words))

    def _blank_name(self, blank: PairPiece) -> node.Broken:
        return self._broken(
            ProblemKind.BLANK_NAME,
            Piece("", blank.name.start, blank.value.end if blank.value else blank.name.end),
            f"{self._name} has a value without a name",
            f"write `{self._name} NAME=value`, without a space before `=`",
        )

    def _pair(self, found: PairPiece) -> node.Pair:
        value = self._word(found.value) if found.value is not None else None
        return node.Pair(self._word(found.name), value, found.separator)

    def arg(self) -> node.Instruction:
        words = by_quotes(self._rest, self._escape)
        if not words:
            return self._missing("a name", "ARG NAME=default")
        found = [pair(word) for word in words]
        blank = next((one for one in found if one.value is not None and not one.name.text), None)
        if blank is not None:
            return self._blank_name(blank)
        return node.Arg(pairs=tuple(self._pair(one) for one in found), **self._common(words))

    def expose(self) -> node.Instruction:
        words = by_blanks(self._rest)
        if not words:
            return self._missing("a port", "EXPOSE 8080")
        return node.Expose(**self._common(words))

    def volume(self) -> node.Instruction:
        words = self._json_or_blanks()
        if words is None:
            return node.Broken(**self._common(by_blanks(self._rest)))
        if not words:
            return self._missing("a path", "VOLUME /data")
        empty = next((word for word in words if not word.text.strip()), None)
        if empty is not None:
            return self._broken(
                ProblemKind.EMPTY_VOLUME, empty, "a VOLUME cannot be an empty path", "write `VOLUME /data`"
            )
        return node.Volume(**self._common(words))

    def healthcheck(self) -> node.Instruction:
        gap = GAP.search(self._rest.text)
        kind = self._rest.text[: gap.start()] if gap else self._rest.text
        if not kind:
            return self._missing("CMD or NONE", "HEALTHCHECK CMD command")
        first = Piece(kind, self._rest.start, self._rest.start + len(kind))
        after = self._rest.start + (gap.end() if gap else len(kind))
        rest = Piece(self._line.text[after : self._rest.end], after, self._rest.end)
        line = self._command_line(rest)
        if line is None:
            return node.Broken(**self._common([first]))
        word = self._word(first)
        problems = check_healthcheck(word, line, self._flags_with_places())
        self._problems += problems
        common = self._common([first])
        common["words"] = (word, *line.words)
        if any(problem.kind is ProblemKind.HEALTHCHECK_FORM for problem in problems):
            return node.Broken(**common)
        return node.Healthcheck(command=None if kind.upper() == "NONE" else line, **common)

    def onbuild(self) -> node.Instruction:
        if not self._rest.text:
            return self._missing("an instruction", "ONBUILD COPY . /src")
        inner = _Builder(self._text, self._escape, self._rest.start, is_trigger=True)
        name = inner._name
        if name in ("ONBUILD", "FROM", "MAINTAINER"):
            message = f"{name} cannot be put off by ONBUILD"
            return self._broken(
                ProblemKind.ONBUILD_TRIGGER, inner._keyword, message, "write the instruction without ONBUILD"
            )
        return node.Onbuild(trigger=inner.build(), **self._common(by_blanks(self._rest)))


_SINGLE = {
    "WORKDIR": ("a folder", "WORKDIR /src"),
    "USER": ("a user", "USER 65532:65532"),
    "STOPSIGNAL": ("a signal", "STOPSIGNAL SIGTERM"),
    "MAINTAINER": ("a name", 'LABEL org.opencontainers.image.authors="..."'),
}

_BUILDERS: dict[str, Callable[[_Builder], node.Instruction]] = {
    "ADD": _Builder.transfer,
    "ARG": _Builder.arg,
    "CMD": _Builder.command,
    "COPY": _Builder.transfer,
    "ENTRYPOINT": _Builder.command,
    "ENV": _Builder.pairs,
    "EXPOSE": _Builder.expose,
    "FROM": _Builder.from_,
    "HEALTHCHECK": _Builder.healthcheck,
    "LABEL": _Builder.pairs,
    "MAINTAINER": _Builder.single,
    "ONBUILD": _Builder.onbuild,
    "RUN": _Builder.command,
    "SHELL": _Builder.shell,
    "STOPSIGNAL": _Builder.single,
    "USER": _Builder.single,
    "VOLUME": _Builder.volume,
    "WORKDIR": _Builder.single,
}
