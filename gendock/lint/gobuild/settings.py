"""Where a variable that a go command sees gets its value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gendock.dockerfile import Arg, Env, Span

if TYPE_CHECKING:
    from gendock.dockerfile import Word
    from gendock.lint.gobuild.go_calls import GoCall
    from gendock.shell import Word as ShellWord


def assigned_in(call: GoCall, name: str) -> ShellWord | None:
    """Return the word in front of a command, or of an export before it, that sets a variable."""
    found: ShellWord | None = None
    for command in call.script.commands:
        if command.start > call.command.start:
            break
        words = command.assignments if command.start == call.command.start or not command.words else ()
        if command.program == "export":
            words = (*words, *command.arguments)
        for word in words:
            if word.text.startswith(f"{name}="):
                found = word
    return found


def set_in(call: GoCall, name: str) -> Word | None:
    """Return the value of the ENV or ARG that sets a variable for a command."""
    return next(_values(call, name), None)


def place_of_value(call: GoCall, name: str) -> Span:
    """Return where the value of a variable is written; the command itself where nobody writes it."""
    word = assigned_in(call, name)
    if word is not None:
        return call.script.span(word)
    value = set_in(call, name)
    return call.span if value is None else value.span


def _values(call: GoCall, name: str) -> Iterator[Word]:
    for stage in call.stage.lineage():
        for instruction in reversed(stage.instructions):
            if instruction.span.start > call.span.start or not isinstance(instruction, Env | Arg):
                continue
            for pair in reversed(instruction.pairs):
                if pair.name.text == name and pair.value is not None:
                    yield pair.value
