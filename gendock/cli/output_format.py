"""How a command writes its answer: for a person, or for a program."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

import typer


class OutputFormat(StrEnum):
    """How to write the answer."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[OutputFormat, typer.Option("--output-format", help="How to write the answer.")]


def print_json(data: Mapping[str, Any]) -> None:
    """Print an answer for programs: ASCII only, so that no byte of it can steer a terminal."""
    import json

    typer.echo(json.dumps(data, indent=2))
