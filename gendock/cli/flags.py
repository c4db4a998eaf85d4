"""Flags of a command, written once and read twice: here where a call is plain, else by typer.

To import typer takes longer than to lint a file. So a command says `Annotated[bool, Option("--fix", ...)]`
with the `Option` and `Argument` of this module, which take what typer's do. `plain_call` reads the calls of
everyday; help, mistakes and whatever else is rare is typer's work, on the same flags.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, TypeAlias

from msgspec import Struct

Command: TypeAlias = "Callable[..., None]"

_PATHS = ""


class Option:
    """What typer's `Option` is to be told."""

    def __init__(self, *names: str, **said: Any) -> None:  # noqa: ANN401 - whatever typer takes
        """Take the option's names, where they are not its parameter's, and all else by its name."""
        self.names = names
        self.said = said

    def for_typer(self) -> Any:  # noqa: ANN401 - typer's own types are private
        """Return typer's."""
        import typer

        return typer.Option(*self.names, **self.said)


class Argument(Option):
    """What typer's `Argument` is to be told: about the words of a call that are no flags."""

    def for_typer(self) -> Any:  # noqa: ANN401
        """Return typer's."""
        import typer

        return typer.Argument(**self.said)


class _Flag(Struct, frozen=True):
    """A parameter of a command, the type of its value or values, and the least of a number."""

    parameter: str
    kind: type
    is_list: bool
    least: int

    def value(self, text: str) -> Any:  # noqa: ANN401
        """Return a word as a value.

        Raises:
            ValueError: it is none.
        """
        if self.kind is not int:
            return self.kind(text)
        if not (text.isascii() and text.isdigit()) or int(text) < self.least:
            raise ValueError(text)
        return int(text)


def plain_call(
    command: Command, words: Sequence[str], environment: Mapping[str, str]
) -> dict[str, Any] | None:
    """Return what the words of a call give to a command; None where typer has to look at them."""
    options = _options(command)
    if options is None or any(option.said.get("envvar", "") in environment for _, _, option in options):
        return None
    flags = dict(_named(options))
    said: dict[str, Any] = {}
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if word == "-" or not word.startswith("-"):
            name, equals, value = _PATHS, "=", word
        flag = flags.get(name)
        if flag is None or (flag.kind is bool and equals):
            return None
        if flag.kind is bool:
            said[flag.parameter] = True
            continue
        if not equals:
            value = next(rest, "-")
            if value.startswith("-"):
                return None
        try:
            given = flag.value(value)
        except ValueError:
            return None
        if flag.is_list:
            said.setdefault(flag.parameter, []).append(given)
        else:
            said[flag.parameter] = given
    return said


def for_typer(command: Command) -> Command:
    """Return a command with its flags in typer's words."""
    for parameter, kind, option in _options(command) or ():
        command.__annotations__[parameter] = Annotated[kind, option.for_typer()]
    return command


def _options(command: Command) -> list[tuple[str, Any, Option]] | None:
    """Return the parameters of a command with their types; None where they are written for typer."""
    found: list[tuple[str, Any, Option]] = []
    for parameter, annotation in command.__annotations__.items():
        if parameter == "return":
            continue
        option = getattr(annotation, "__metadata__", (None,))[0]
        if not isinstance(option, Option):
            return None
        found.append((parameter, annotation.__origin__, option))
    return found


def _named(options: Sequence[tuple[str, Any, Option]]) -> Iterator[tuple[str, _Flag]]:
    for parameter, annotated, option in options:
        kind = annotated
        if isinstance(kind, UnionType):
            kind = next(one for one in kind.__args__ if one is not NoneType)
        is_list = getattr(kind, "__origin__", None) is list
        flag = _Flag(parameter, kind.__args__[0] if is_list else kind, is_list, option.said.get("min", 0))
        usual = _PATHS if isinstance(option, Argument) else f"--{parameter.replace('_', '-')}"
        for name in option.names or (usual,):
            yield name, flag
