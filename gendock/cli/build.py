"""`gendock build`: build an image with BuildKit and show what it does."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from gendock.cli.output_format import FormatOption, OutputFormat, print_json
from gendock.engine.build import (
    BuildRequest,
    BuiltImage,
    build_image,
    keep_image,
)
from gendock.engine.build_failure import StepFailedError
from gendock.engine.names import complete_tag, default_tag
from gendock.engine.session import Session, open_session
from gendock.errors import GendockError
from gendock.report.build import build_data, build_failure_data, build_failure_lines, build_line
from gendock.report.build_progress import Display, display
from gendock.report.engine_lines import Style
from gendock.report.terminal import has_colour, width

PathArgument = Annotated[
    Path,
    typer.Argument(
        help="The folder to build, or its Dockerfile; this folder by default.", show_default=False
    ),
]
FileOption = Annotated[
    Path | None, typer.Option("--file", "-f", help="The Dockerfile, where it is not PATH/Dockerfile.")
]
TargetOption = Annotated[str | None, typer.Option(help="The stage to build.", metavar="STAGE")]
TagOption = Annotated[
    str | None, typer.Option("--tag", "-t", help="The image's name, instead of one made up.", metavar="NAME")
]
BuildArgOption = Annotated[
    list[str] | None, typer.Option("--build-arg", help="A value for an ARG.", metavar="NAME=VALUE")
]
NoCacheOption = Annotated[bool, typer.Option("--no-cache", help="Run every step anew.")]
TimeoutOption = Annotated[
    float, typer.Option("--timeout", help="Seconds after which everything is given up.", min=1)
]
RemoveOption = Annotated[
    bool, typer.Option("--rm", help="Remove the image at the end even when all is well.")
]


def command(
    *,
    path: PathArgument = Path(),
    file: FileOption = None,
    target: TargetOption = None,
    tag: TagOption = None,
    build_arg: BuildArgOption = None,
    no_cache: NoCacheOption = False,
    timeout: TimeoutOption = 1800,
    output_format: FormatOption = OutputFormat.TEXT,
) -> None:
    """Build an image with BuildKit and show what it does.

    Exit code: 0 built, 2 a mistake in the call, 3 no engine or no client that can build, 4 the build failed.
    """
    request = build_request(path, file, target, tag, build_arg, no_cache=no_cache)
    try:
        with open_session(seconds=timeout) as session, display() as shown:
            image = build(session, request, shown)
            keep_image(session.engine, image)
    except StepFailedError as error:
        print_failure(error, output_format)
        raise
    if output_format is OutputFormat.JSON:
        print_json(build_data(image))
    else:
        typer.echo(build_line(image, terminal_style()))


def build_request(
    path: Path,
    file: Path | None,
    target: str | None,
    tag: str | None,
    build_args: list[str] | None,
    *,
    no_cache: bool,
) -> BuildRequest:
    """Make a request of what a person typed.

    Raises:
        GendockError: the path is not there, or the tag is no image name.
    """
    if path.is_file():
        if file is not None:
            raise GendockError(f"{path} is a file, and --file names another")
        path, file = path.parent, path
    if not path.is_dir():
        raise GendockError(f"{path} is not there")
    dockerfile = file or next(
        (path / name for name in ("Dockerfile", "Containerfile") if (path / name).is_file()),
        path / "Dockerfile",
    )
    if not dockerfile.is_file():
        raise GendockError(f"{dockerfile} is not there. Write one: gendock init {path}")
    name = complete_tag(tag) if tag is not None else default_tag(path, dockerfile, target)
    return BuildRequest(path, dockerfile, name, target, tuple(build_args or ()), no_cache)


def build(session: Session, request: BuildRequest, shown: Display) -> BuiltImage:
    """Build in a session and show the steps.

    Raises:
        EngineUnavailableError, BuildFailedError, GendockError: as `build_image`.
    """
    return build_image(session, request, watch=shown.step)


def print_failure(error: StepFailedError, output_format: OutputFormat) -> None:
    """Print why a build failed: the step, the end of its log, the Dockerfile's line."""
    if output_format is OutputFormat.JSON:
        print_json(build_failure_data(error.failure))
        return
    for line in build_failure_lines(error.failure, Style(width(), has_colour(sys.stderr))):
        typer.echo(line, err=True)


def terminal_style() -> Style:
    """Return the style of standard output."""
    return Style(width(), has_colour(sys.stdout))
