"""`gendock rule`: list the rules, or print one rule's page."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from gendock.cli.output_format import FormatOption, OutputFormat, print_json
from gendock.lint import registry
from gendock.report.rules import listing, page, record
from gendock.report.terminal import width


def command(
    *,
    name: Annotated[
        str | None, typer.Argument(help="A rule's code, its name, or another tool's name for it.")
    ] = None,
    output_format: FormatOption = OutputFormat.TEXT,
) -> None:
    """List the rules, or print one rule's page.

    A prefix such as GD3 or ALL lists the rules that it stands for.
    """
    found = registry().rules if name is None else registry().select(name)
    if output_format is OutputFormat.JSON:
        print_json({"rules": [record(rule) for rule in found]})
        return
    if name is None or len(found) > 1:
        typer.echo(listing(found, room=width(120) if sys.stdout.isatty() else None), nl=False)
        return
    typer.echo(page(found[0]), nl=False)
