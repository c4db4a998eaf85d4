"""What `gendock build` does, once it is clear what is wanted: one image, several, or a check."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from gendock.cli.build import terminal_style
from gendock.cli.output_format import OutputFormat, print_json
from gendock.engine.build import build_image, builders_for, deliver_image, keep_image, one_builder
from gendock.engine.build_check import check_with_builder
from gendock.engine.build_in_turn import build_in_turn
from gendock.engine.build_limits import refuse_to_check, remarks
from gendock.engine.build_request import BuildRequest, Destination, Options
from gendock.engine.build_several import BakeRequest, bake_into_engine, bake_into_registry
from gendock.engine.builders import Builder, Kind
from gendock.engine.session import open_session, open_work
from gendock.errors import GendockError
from gendock.report.build import (
    baked_data,
    baked_lines,
    build_data,
    build_line,
    delivery_data,
    delivery_lines,
)
from gendock.report.build_check import check_data, check_lines
from gendock.report.build_progress import display

FOUND = 1


def one(request: BuildRequest, *, named: bool, seconds: float, as_: OutputFormat) -> None:
    """Build one image.

    Raises:
        GendockError: all that a build can meet.
    """
    options = request.options
    if options.destination is Destination.ENGINE:
        with open_session(seconds=seconds) as session:
            builder = one_builder(options, session.engine)
            _say(remarks(builder, options))
            with display() as shown:
                image = build_image(session, builder, request, watch=shown.step)
            keep_image(session.engine, image)
        _show(as_, build_data(image), [build_line(image, terminal_style())])
        return
    _refuse_outputs(options, named=named)
    with open_work(seconds=seconds) as work:
        builder = one_builder(options, None)
        _say(remarks(builder, options))
        with display() as shown:
            delivery = deliver_image(work, builder, request, watch=shown.step)
    _show(as_, delivery_data(delivery), delivery_lines(delivery, terminal_style()))


def bake(
    file: Path,
    targets: Sequence[str],
    options: Options,
    tag: str | None,
    *,
    check: bool,
    seconds: float,
    as_: OutputFormat,
) -> None:
    """Build the targets of a docker-bake.hcl.

    Raises:
        GendockError: all that a build can meet.
    """
    if tag is not None or check:
        what = "--check" if check else "--tag"
        raise GendockError(f"{what} is for one image, and {file} may have several: name a Dockerfile")
    if not file.is_file():
        raise GendockError(f"{file} is not there")
    request = BakeRequest(file, tuple(targets), options)
    if options.destination is Destination.ENGINE:
        with open_session(seconds=seconds) as session:
            builders = builders_for(options, session.engine)
            _say_once(builders, options)
            in_turn = builders[0].kind is not Kind.BUILDX
            if in_turn:
                _say([f"{file} is for buildx, and here is only {builders[0].name}: one target after another"])
            with display() as shown:
                if in_turn:
                    baked = build_in_turn(session, builders[0], request, watch=shown.step)
                else:
                    baked = bake_into_engine(session, builders, request, watch=shown.step)
            for image in baked.images:
                keep_image(session.engine, image)
    else:
        with open_work(seconds=seconds) as work:
            builders = builders_for(options, None)
            _say_once(builders, options)
            with display() as shown:
                baked = bake_into_registry(work, builders, request, watch=shown.step)
    _show(as_, baked_data(baked), baked_lines(baked, terminal_style()))


def check(request: BuildRequest, *, seconds: float, as_: OutputFormat) -> None:
    """Ask BuildKit's own checks, and end with 1 where they have something to say.

    Raises:
        GendockError: all that a build can meet.
    """
    began = time.monotonic()
    with open_work(seconds=seconds) as work:
        builder = one_builder(request.options, None)
        refuse_to_check(builder)
        warnings = check_with_builder(work, builder, request)
    lines = check_lines(warnings, request.dockerfile, terminal_style(), time.monotonic() - began)
    _show(as_, check_data(warnings, request.dockerfile), lines)
    if warnings:
        raise typer.Exit(FOUND)


def _refuse_outputs(options: Options, *, named: bool) -> None:
    if options.push and not named:
        raise GendockError("--push needs --tag: the image's name says which registry it goes to")
    for output in options.outputs:
        fields = dict(field.partition("=")[::2] for field in output.split(","))
        if output == "-" or fields.get("dest") == "-":
            raise GendockError(f"--output {output}: standard output holds the answer. Name a file")


def _say_once(builders: Sequence[Builder], options: Options) -> None:
    _say(dict.fromkeys(remark for builder in builders for remark in remarks(builder, options)))


def _say(sentences: Sequence[str] | Mapping[str, None]) -> None:
    for sentence in sentences:
        typer.echo(f"gendock: {sentence}", err=True)
    sys.stderr.flush()


def _show(as_: OutputFormat, data: Mapping[str, Any], lines: Sequence[str]) -> None:
    if as_ is OutputFormat.JSON:
        print_json(data)
    else:
        typer.echo("\n".join(lines))
