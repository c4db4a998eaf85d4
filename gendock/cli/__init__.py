"""The command line: one module a command, imported when that command is asked for.

Each module has one function `command`; its docstring is the command's help. Commands parse arguments, call
the packages below, print what `gendock.report` makes of the answer, and choose the exit code.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from gendock.errors import GendockError
from gendock.report.terminal import printable
from gendock.version import VERSION

# Each with the first line of its docstring, so that `gendock --help` need not import them all.
COMMANDS = {
    "init": "Write a Dockerfile and a .dockerignore for a Go repository.",
    "inspect": "Show what a Go repository holds, each fact with its place.",
    "lint": "Find the mistakes in Dockerfiles, and mend them.",
    "build": "Build an image with BuildKit and show what it does.",
    "smoke": "Start an image, look at it from outside, and stop it.",
    "check": "Lint, build and start in one, with one verdict.",
    "pin": "Pin base images to digests, and follow their tags.",
    "rule": "List the rules, or print one rule's page.",
    "config": "Print the settings' schema, or make them of hadolint's.",
}
INTERRUPTED = 130
_NO_ROOM = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO))

_HELP_NAMES = {"help_option_names": ["-h", "--help"]}


class CommandsOnDemand(TyperGroup):
    """A command group that imports a command's module only when that command runs."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - typer keeps its context type private
        """Return the commands in the order in which a person meets them."""
        return list(COMMANDS)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002
        """Write the commands, each with its summary."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002
        """Import one command; None where there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"gendock.cli.{cmd_name}")
        single = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=_HELP_NAMES)
        single.command(cmd_name)(module.command)
        return typer.main.get_command(single)


app = typer.Typer(
    name="gendock",
    cls=CommandsOnDemand,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings=_HELP_NAMES,
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with one value
    if wanted:
        typer.echo(f"gendock {VERSION}")
        raise typer.Exit


@app.callback()
def gendock(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", help="Print the version and exit.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """Write a Dockerfile for a Go repository, lint it, and prove that it works."""


def main() -> NoReturn:
    """Run the command line and exit with the status that the contract names."""
    _open_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A file's name may hold bytes that are no text: show them escaped rather than fail.
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except GendockError as error:
        _say(str(error))
        sys.exit(error.exit_code)
    except SystemExit as stop:
        if stop.code == INTERRUPTED:  # typer makes this of a Ctrl-C, without a word
            _say("interrupted")
        raise
    except BrokenPipeError:
        # The reader of our output went away, as `gendock rule | head` does: no mistake, nothing to say.
        _drop_output()
        sys.exit(0)
    except Exception as error:  # the last line of defence: no traceback reaches a user
        if os.environ.get("GENDOCK_DEBUG"):
            raise
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            _say(f"cannot write: {error.strerror}")
            _drop_output()
        else:
            name = type(error).__name__
            _say(f"internal error: {name}: {error} (GENDOCK_DEBUG=1 shows where; please report it)")
        sys.exit(2)
    sys.exit(0)


def _open_streams() -> None:
    """Put /dev/null in the place of an output that whoever called us closed: Python has None there."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - to the end


def _drop_output() -> None:
    """Send what is still to be written nowhere, or Python tries it once more as it ends, and says so."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(sentence: str) -> None:
    """Print why gendock ends: on one line, as file names and settings come from anybody's repository."""
    typer.echo(f"gendock: {printable(sentence, limit=2000)}", err=True)
