"""`gendock rule`: list the rules, or print one rule's page."""

from __future__ import annotations

from typing import Annotated

import typer

from gendock.errors import GendockError
from gendock.lint import registry
from gendock.report.rules import listing, page


def command(
    *,
    name: Annotated[
        str | None, typer.Argument(help="A rule's code, its name, or another tool's name for it.")
    ] = None,
) -> None:
    """List the rules, or print one rule's page."""
    if name is None:
        typer.echo(listing(registry().rules), nl=False)
        return
    found = registry().select(name)
    if len(found) > 1:
        codes = ", ".join(rule.code for rule in found)
        raise GendockError(f"{name!r} names {len(found)} rules; name one of them: {codes}")
    typer.echo(page(found[0]), nl=False)
