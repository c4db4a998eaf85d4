"""`gendock inspect`: what is in this repository?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gendock.cli.output_format import FormatOption, OutputFormat, print_json
from gendock.golang.kept import kept_project


def command(
    path: Annotated[
        Path, typer.Argument(help="The folder of a Go repository; this one by default.", show_default=False)
    ] = Path(),
    *,
    output_format: FormatOption = OutputFormat.TEXT,
) -> None:
    """Show what a Go repository holds, each fact with its place.

    Read from the source's text: nothing is run, and no Go toolchain is needed. Every fact names the file and
    the line that shows it.

    Exit code: 0 shown, 1 no program here, 2 no such folder.
    """
    from gendock.report.project import project_data, project_text

    project = kept_project(path)
    if output_format is OutputFormat.JSON:
        print_json(project_data(project))
    else:
        typer.echo(project_text(project), nl=False)
