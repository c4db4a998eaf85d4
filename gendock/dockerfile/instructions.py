"""The nodes of the tree: one class for each of the 18 keywords, and two for what is none or is broken.

A typed node is well formed as far as its own fields go; what BuildKit would refuse in it all the same (an
unknown flag, say) is in `problems`. An instruction without the words that its type needs is `Broken`.
"""

from __future__ import annotations

from dataclasses import dataclass

from gendock.dockerfile.heredocs import HeredocBody
from gendock.dockerfile.keywords import keyword_named
from gendock.dockerfile.lines import Comment, LogicalLine
from gendock.dockerfile.problems import Problem
from gendock.dockerfile.source import Span


@dataclass(frozen=True, slots=True)
class Word:
    """A word as BuildKit's reader gives it (continuations joined, quotes kept), and where it stands."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Flag:
    """`--name=value` in front of an instruction's words; `value` is None where there is no `=`."""

    name: str
    value: Word | None
    span: Span


@dataclass(frozen=True, slots=True)
class Pair:
    """`name=value`, or `name value` with the separator ` `, or in ARG a name alone."""

    name: Word
    value: Word | None
    separator: str


@dataclass(frozen=True, slots=True)
class CommandLine:
    """What RUN, CMD, ENTRYPOINT, SHELL or HEALTHCHECK CMD start.

    `exec_form` is the JSON array; in shell form `words` holds the one string that the shell gets.
    """

    words: tuple[Word, ...]
    exec_form: bool
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """What all instructions have: keyword, flags, words, heredocs, comments above, and its place."""

    keyword: Word
    flags: tuple[Flag, ...]
    words: tuple[Word, ...]
    line: LogicalLine
    heredocs: tuple[HeredocBody, ...]
    comments: tuple[Comment, ...]
    problems: tuple[Problem, ...]
    span: Span

    @property
    def name(self) -> str:
        """The keyword in capitals."""
        known = keyword_named(self.keyword.text)
        return known.name if known else self.keyword.text.upper()

    def flag(self, name: str) -> Flag | None:
        """Return the last flag of that name."""
        return next((flag for flag in reversed(self.flags) if flag.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown(Instruction):
    """A keyword that no Dockerfile has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken(Instruction):
    """A known keyword without the words that it needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class From(Instruction):
    """FROM: begins a stage. `image` is empty where the words are missing."""

    image: Word
    alias: Word | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Commanding(Instruction):
    command: CommandLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(_Commanding):
    """RUN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cmd(_Commanding):
    """CMD."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrypoint(_Commanding):
    """ENTRYPOINT."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell(_Commanding):
    """SHELL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Healthcheck(Instruction):
    """HEALTHCHECK; `command` is None for `HEALTHCHECK NONE`."""

    command: CommandLine | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Transfer(Instruction):
    sources: tuple[Word, ...]
    destination: Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy(_Transfer):
    """COPY; a source may be the opening word of a heredoc."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Add(_Transfer):
    """ADD; a source may be a file, a URL, a git repository or the opening word of a heredoc."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Single(Instruction):
    value: Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Workdir(_Single):
    """WORKDIR."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User(_Single):
    """USER."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopsignal(_Single):
    """STOPSIGNAL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintainer(_Single):
    """MAINTAINER, deprecated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pairs(Instruction):
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arg(_Pairs):
    """ARG."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Env(_Pairs):
    """ENV."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label(_Pairs):
    """LABEL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expose(Instruction):
    """EXPOSE; its words are the ports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume(Instruction):
    """VOLUME; its words are the paths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Onbuild(Instruction):
    """ONBUILD; the trigger is an instruction of its own, whose problems are listed with it."""

    trigger: Instruction
