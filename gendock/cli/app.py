"""The command line as typer sees it: for help, for mistakes, and for calls that are not plain."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from gendock.cli import COMMANDS
from gendock.cli.flags import for_typer
from gendock.version import VERSION

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
        single.command(cmd_name)(for_typer(module.command))
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
