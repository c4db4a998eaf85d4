"""What a shell script is made of, as far as a linter asks: simple commands and what stands between them."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Inside(StrEnum):
    """What a command stands in."""

    SUBSHELL = "subshell"
    GROUP = "group"
    CONDITION = "condition"
    BRANCH = "branch"
    LOOP = "loop"
    FUNCTION = "function"
    SUBSTITUTION = "substitution"
    NEGATION = "negation"
    WRAPPED = "wrapped"
    """In the script that `sh -c` and its like are given."""


class Word(msgspec.Struct, frozen=True, gc=False):
    """One word.

    Attributes:
        text: what the command gets, as far as that can be known: quotes and escapes are taken off, variables
            and substitutions stay as they are written.
        start: offset of its first character, quotes included.
        end: offset behind its last character.
        is_plain: nothing in it is computed: no variable, substitution or pattern.
        is_quoted: some of it is in quotes.
    """

    text: str
    start: int
    end: int
    is_plain: bool = True
    is_quoted: bool = False


class Redirect(msgspec.Struct, frozen=True, gc=False):
    """`2>/dev/null`: the descriptor as it is written (often empty), the operator, the target."""

    descriptor: str
    operator: str
    target: Word


class Command(msgspec.Struct, kw_only=True, gc=False):
    """A simple command: `FOO=1 apt-get install -y curl > log`.

    Attributes:
        words: the name and its arguments, without assignments and redirects.
        assignments: what stands in front: `FOO=1`.
        redirects: those of this command, and those of a group around it.
        start: offset of its first word or assignment.
        end: offset behind its last word.
        before: the operator in front of it: `&&`, `||`, `|`, `|&`, `;`, `&`, a line end, or nothing.
        after: the operator behind it.
        inside: what it stands in, from the outside to the inside.
        program: the program's name without its folder; it follows from the words.
    """

    words: tuple[Word, ...]
    assignments: tuple[Word, ...]
    redirects: tuple[Redirect, ...]
    start: int
    end: int
    before: str
    after: str
    inside: tuple[Inside, ...]
    program: str = ""

    def __post_init__(self) -> None:
        """Set what each rule asks for."""
        self.program = self.name.rpartition("/")[2]

    @property
    def name(self) -> str:
        """The program as it is written; empty where there are only assignments."""
        return self.words[0].text if self.words else ""

    @property
    def arguments(self) -> tuple[Word, ...]:
        """The words behind the name."""
        return self.words[1:]

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of the arguments."""
        return tuple([word.text for word in self.words[1:]])


class ShellScript(msgspec.Struct, frozen=True):
    """A script's commands in the order of their places; `is_broken` where its syntax is not understood."""

    commands: tuple[Command, ...]
    is_broken: bool
