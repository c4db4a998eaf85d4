"""A mistake in a call, as typer finds it, in one sentence."""

from __future__ import annotations

import re
from typing import Any

import typer

from gendock.cli import COMMANDS
from gendock.errors import GendockError

# What typer does not export: older versions take it from click, newer ones bring it themselves.
_UsageError: Any = typer.BadParameter.__mro__[1]
_TYPES = {"valid float range": "number", "valid int range": "whole number", "valid integer": "whole number"}
_UNKNOWN_COMMAND = re.compile(r"No such command '(.*)'", re.DOTALL)


def run_typer(app: typer.Typer) -> int:
    """Run the command line that typer reads, and return its exit code.

    Raises:
        GendockError: a mistake in the call.
    """
    try:
        return app(standalone_mode=False) or 0
    except _UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # `gendock` alone: its text is the help
            error.show()
            return int(error.exit_code)
        where = error.ctx.command_path if error.ctx else "gendock"
        raise GendockError(f"{_sentence(error.format_message())}. See: {where} --help") from None


def _sentence(message: str) -> str:
    """Say it as gendock does: `invalid value for --port: 'abc' is not a whole number`."""
    text = re.sub(r"'(--?\w[\w-]*)'", r"\1", " ".join(message.split()).removesuffix("."))
    for named, plain in _TYPES.items():
        text = text.replace(f"is not a {named}", f"is not a {plain}")
    unknown = _UNKNOWN_COMMAND.match(message)
    if unknown:
        from gendock.dockerfile.suggestions import nearest

        near = nearest(unknown[1], COMMANDS)
        text = f"No such command '{unknown[1]}'" + (f", but there is {near}" if near else "")
    return text[:1].lower() + text[1:]
