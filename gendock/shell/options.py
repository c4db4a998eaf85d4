"""A command's options: which are set, with what, and what is left as its operands."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import msgspec

from gendock.shell.commands import Command, Word


class Options(msgspec.Struct, frozen=True):
    """What a command's arguments say.

    Attributes:
        flags: each option with the word that it stands in: `y`, `no-install-recommends`; of `-qy` both.
        values: what an option that takes a value was given: (`t`, the word), once for each time.
        operands: the words that are no options, in order; the first is often a subcommand.
    """

    flags: tuple[tuple[str, Word], ...]
    values: tuple[tuple[str, Word], ...]
    operands: tuple[Word, ...]

    def has(self, *names: str) -> bool:
        """Tell whether one of some options is set; names come without their dashes."""
        return any(name in names for name, _ in self.flags)

    def count(self, *names: str) -> int:
        """Return how often one of some options is set."""
        return sum(name in names for name, _ in self.flags)

    def value(self, *names: str) -> str | None:
        """Return what the last of some options was given; None where none of them was."""
        return next((word.text for name, word in reversed(self.values) if name in names), None)


def options_of(command: Command, *, valued: Collection[str] = ()) -> Options:
    """Read a command's arguments in the manner of getopt.

    Args:
        command: the command; its first word is its name.
        valued: the options that take a value in the next word, without their dashes: `t`, `target-release`.
    """
    flags: list[tuple[str, Word]] = []
    values: list[tuple[str, Word]] = []
    operands: list[Word] = []
    words = iter(command.arguments)
    for word in words:
        text = word.text
        if text == "--":
            operands.extend(words)
        elif not text.startswith("-") or text == "-":
            operands.append(word)
        elif text.startswith("--"):
            _long(word, words, valued, flags, values)
        else:
            _short(word, words, valued, flags, values)
    return Options(tuple(flags), tuple(values), tuple(operands))


def _long(
    word: Word,
    words: Iterator[Word],
    valued: Collection[str],
    flags: list[tuple[str, Word]],
    values: list[tuple[str, Word]],
) -> None:
    name, equals, value = word.text[2:].partition("=")
    flags.append((name, word))
    if equals:
        at = min(word.start + word.text.index("=") + 1, word.end)
        values.append((name, Word(value, at, word.end, word.is_plain, word.is_quoted)))
    elif name in valued and (following := next(words, None)) is not None:
        values.append((name, following))


def _short(
    word: Word,
    words: Iterator[Word],
    valued: Collection[str],
    flags: list[tuple[str, Word]],
    values: list[tuple[str, Word]],
) -> None:
    letters = word.text[1:]
    for at, letter in enumerate(letters):
        flags.append((letter, word))
        if letter not in valued:
            continue
        if rest := letters[at + 1 :]:
            start = min(word.start + at + 2, word.end)
            values.append((letter, Word(rest, start, word.end, word.is_plain, word.is_quoted)))
        elif (following := next(words, None)) is not None:
            values.append((letter, following))
        return
