"""Which shell reads which commands of a RUN, and with which options: `-e`, `-o pipefail`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from gendock.dockerfile import Span
from gendock.lint.mistake import Edit
from gendock.lint.scripts import POSIX_SHELLS, Piece, Script

if TYPE_CHECKING:
    from gendock.shell import Command


class Reading(msgspec.Struct, frozen=True):
    """The commands that one shell reads.

    Attributes:
        commands: in order; without those of a script that one of them is given behind `-c`.
        shell: the words that start the shell.
        piece: the part of the RUN; None for a script behind `-c`.
        starter: the command that starts the shell with `-c`; None for a part of the RUN.
    """

    commands: tuple[Command, ...]
    shell: tuple[str, ...]
    piece: Piece | None = None
    starter: Command | None = None


def readings(script: Script) -> Iterator[Reading]:
    """Yield the readings of a RUN: its parts, then the scripts behind `-c`."""
    from gendock.shell import Inside, unwrapped

    outer = [command for command in script.commands if Inside.WRAPPED not in command.inside]
    for piece in script.pieces:
        start, end = piece.place(0), piece.place(len(piece.text))
        read = tuple(command for command in outer if start <= command.start <= end)
        yield Reading(read, piece.shell, piece=piece)
    starter: Command | None = None
    inner: list[Command] = []
    for command in (*script.commands, None):
        if command is not None and Inside.WRAPPED in command.inside:
            inner.append(command)
            continue
        if starter is not None and inner:
            words = tuple(word.text for word in starter.words)
            yield Reading(tuple(inner), words, starter=starter)
        inner = []
        starter = unwrapped(command) if command is not None else None


def sets_option(words: Iterable[str], name: str, letter: str = "") -> bool:
    """Tell whether words such as `-eo pipefail` set an option of a shell."""
    options = tuple(words)
    for word, following in pairwise((*options, "")):
        if not word.startswith("-") or word.startswith("--"):
            continue
        if (letter and letter in word) or ("o" in word and following == name):
            return True
    return False


def is_shell(words: tuple[str, ...], *names: str) -> bool:
    """Tell whether words start one of some shells; any of sh's family where none is named."""
    return bool(words) and words[0].rpartition("/")[2] in (names or POSIX_SHELLS)


def insert_first(script: Script, piece: Piece, line: str) -> Edit:
    """Return the edit that begins a heredoc's body with a line, below the one that names its interpreter."""
    text = script.source.text
    start = piece.place(0)
    if text.startswith("#!", start):
        start = text.find("\n", start) + 1
    return Edit(Span(start, start), f"{line}\n")
