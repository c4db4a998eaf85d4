"""`gendock config`: the schema of configuration files, and gendock's own made of hadolint's."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gendock.cli.output_format import print_json
from gendock.errors import GendockError


class Action(StrEnum):
    """What to do."""

    SCHEMA = "schema"
    IMPORT = "import"


def command(
    *,
    action: Annotated[
        Action,
        typer.Argument(
            help="schema: print the JSON schema; import: print gendock.toml made of .hadolint.yaml."
        ),
    ],
    path: Annotated[Path | None, typer.Argument(help="For import: the .hadolint.yaml.")] = None,
) -> None:
    """Print the settings' schema, or make them of hadolint's.

    An editor that knows the schema completes and checks gendock.toml.
    """
    if action is Action.SCHEMA:
        if path is not None:
            raise GendockError("`gendock config schema` takes no file")
        from gendock.lint.config_file import schema

        print_json(schema())
        return
    from gendock.lint.config_search import HADOLINT_NAMES
    from gendock.lint.hadolint_config import as_toml, read_hadolint_config

    there = [Path(name) for name in HADOLINT_NAMES if Path(name).exists()]
    origin = path or next(iter(there), Path(HADOLINT_NAMES[0]))
    typer.echo(as_toml(read_hadolint_config(origin), origin), nl=False)
