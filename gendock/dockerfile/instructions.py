"""The nodes of the tree: one class for each of the 18 keywords, and two for what is none or is broken.

A typed node is well formed as far as its own fields go; what BuildKit would refuse in it all the same (an
unknown flag, say) is in `problems`. An instruction without the words that its type needs is `Broken`.

Nothing in the tree points back up, so that the collector of garbage need not look at it: `gc=False`.
"""

from __future__ import annotations

from msgspec import Struct

from gendock.dockerfile.heredocs import HeredocBody
from gendock.dockerfile.keywords import keyword_named
from gendock.dockerfile.lines import Comment, LogicalLine
from gendock.dockerfile.problems import Problem
from gendock.dockerfile.source import Span


class Word(Struct, frozen=True, gc=False):
    """A word as BuildKit's reader gives it (continuations joined, quotes kept), and where it stands."""

    text: str
    span: Span


class Flag(Struct, frozen=True, gc=False):
    """`--name=value` in front of an instruction's words; `value` is None where there is no `=`."""

    name: str
    value: Word | None
    span: Span


class Pair(Struct, frozen=True, gc=False):
    """`name=value`, or `name value` with the separator ` `, or in ARG a name alone."""

    name: Word
    value: Word | None
    separator: str


class CommandLine(Struct, frozen=True, gc=False):
    """What RUN, CMD, ENTRYPOINT, SHELL or HEALTHCHECK CMD start.

    `exec_form` is the JSON array; in shell form `words` holds the one string that the shell gets.
    """

    words: tuple[Word, ...]
    exec_form: bool
    span: Span


class Instruction(Struct, frozen=True, kw_only=True, gc=False):
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
        for flag in reversed(self.flags):
            if flag.name == name:
                return flag
        return None


class Unknown(Instruction, frozen=True, kw_only=True, gc=False):
    """A keyword that no Dockerfile has."""


class Broken(Instruction, frozen=True, kw_only=True, gc=False):
    """A known keyword without the words that it needs."""


class From(Instruction, frozen=True, kw_only=True, gc=False):
    """FROM: begins a stage. `image` is empty where the words are missing."""

    image: Word
    alias: Word | None


class _Commanding(Instruction, frozen=True, kw_only=True, gc=False):
    command: CommandLine


class Run(_Commanding, frozen=True, kw_only=True, gc=False):
    """RUN."""


class Cmd(_Commanding, frozen=True, kw_only=True, gc=False):
    """CMD."""


class Entrypoint(_Commanding, frozen=True, kw_only=True, gc=False):
    """ENTRYPOINT."""


class Shell(_Commanding, frozen=True, kw_only=True, gc=False):
    """SHELL."""


class Healthcheck(Instruction, frozen=True, kw_only=True, gc=False):
    """HEALTHCHECK; `command` is None for `HEALTHCHECK NONE`."""

    command: CommandLine | None


class _Transfer(Instruction, frozen=True, kw_only=True, gc=False):
    sources: tuple[Word, ...]
    destination: Word


class Copy(_Transfer, frozen=True, kw_only=True, gc=False):
    """COPY; a source may be the opening word of a heredoc."""


class Add(_Transfer, frozen=True, kw_only=True, gc=False):
    """ADD; a source may be a file, a URL, a git repository or the opening word of a heredoc."""


class _Single(Instruction, frozen=True, kw_only=True, gc=False):
    value: Word


class Workdir(_Single, frozen=True, kw_only=True, gc=False):
    """WORKDIR."""


class User(_Single, frozen=True, kw_only=True, gc=False):
    """USER."""


class Stopsignal(_Single, frozen=True, kw_only=True, gc=False):
    """STOPSIGNAL."""


class Maintainer(_Single, frozen=True, kw_only=True, gc=False):
    """MAINTAINER, deprecated."""


class _Pairs(Instruction, frozen=True, kw_only=True, gc=False):
    pairs: tuple[Pair, ...]


class Arg(_Pairs, frozen=True, kw_only=True, gc=False):
    """ARG."""


class Env(_Pairs, frozen=True, kw_only=True, gc=False):
    """ENV."""


class Label(_Pairs, frozen=True, kw_only=True, gc=False):
    """LABEL."""


class Expose(Instruction, frozen=True, kw_only=True, gc=False):
    """EXPOSE; its words are the ports."""


class Volume(Instruction, frozen=True, kw_only=True, gc=False):
    """VOLUME; its words are the paths."""


class Onbuild(Instruction, frozen=True, kw_only=True, gc=False):
    """ONBUILD; the trigger is an instruction of its own, whose problems are listed with it."""

    trigger: Instruction
