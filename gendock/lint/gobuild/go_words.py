"""The words of a go command: its verb, its flags, and what it is told to work on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from gendock.lint.gobuild.shell_values import expanded

if TYPE_CHECKING:
    from gendock.shell import Command, Word

# The flags of these commands that take their value in the next word.
VALUED = frozenset(
    """
    C asmflags buildmode compiler coverpkg covermode exec gccgoflags gcflags installsuffix ldflags mod
    modfile o overlay p pgo pkgdir tags toolexec tool-exec coverprofile run timeout count f bench
""".split()
)


class Flag(Struct, frozen=True):
    """One flag of a go command: its value, `` for a switch, and its word; None where GOFLAGS says it."""

    value: str
    word: Word | None


class Said(Struct, frozen=True):
    """What the words behind a verb say: flags by their names without dashes, and operands."""

    flags: Mapping[str, Flag]
    operands: tuple[Word, ...]


def read_words(verb: str, words: tuple[Word, ...], environment: Mapping[str, str | None]) -> Said:
    """Read the words behind a verb; variables in the values of flags are put in where they are known."""
    flags: dict[str, Flag] = {}
    operands: list[Word] = []
    rest = iter(words)
    for word in rest:
        text = word.text
        if not text.startswith("-") or text == "-" or (operands and verb != "get"):
            operands.append(word)
            continue
        name, equals, value = text.lstrip("-").partition("=")
        place = word
        if name in VALUED and not equals:
            following = next(rest, None)
            if following is not None:
                value, place = following.text, following
        flags[name] = Flag(expanded(value, environment) or value, place)
    # What follows a package of `go run` are the arguments of the program.
    if verb == "run" and operands and not operands[0].text.endswith(".go"):
        operands = operands[:1]
    return Said(flags, tuple(operands))


def go_call_words(command: Command) -> tuple[str, tuple[Word, ...], str | None] | None:
    """Return a go command's verb, the words behind it, and what `-C` says; None where there is no verb."""
    rest = command.arguments
    folder: str | None = None
    while rest and rest[0].text.startswith("-C"):
        if rest[0].text == "-C":
            folder = rest[1].text if len(rest) > 1 else None
            rest = rest[2:]
        else:
            folder = rest[0].text[2:].removeprefix("=")
            rest = rest[1:]
    if not rest:
        return None
    verb, rest = rest[0].text, rest[1:]
    if verb in ("mod", "work", "tool") and rest and not rest[0].text.startswith("-"):
        verb, rest = f"{verb} {rest[0].text}", rest[1:]
    if rest and rest[0].text.startswith("-C"):
        folder = (
            rest[1].text if rest[0].text == "-C" and len(rest) > 1 else rest[0].text[2:].removeprefix("=")
        )
    return verb, rest, folder
