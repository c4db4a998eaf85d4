"""`gendock smoke`: start an image under production's limits and see whether it works."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from gendock.cli.build import (
    BuildArgOption,
    FileOption,
    RemoveOption,
    TagOption,
    TargetOption,
    TimeoutOption,
    build,
    build_request,
    print_failure,
    terminal_style,
)
from gendock.cli.output_format import FormatOption, OutputFormat, print_json
from gendock.engine.build import keep_image
from gendock.engine.build_failure import StepFailedError
from gendock.engine.build_request import BuildRequest, BuiltImage
from gendock.engine.results import CHECKS, Kind, SmokeReport
from gendock.engine.session import Session, open_session
from gendock.engine.smoke import NoSuchImageError, SmokeRequest, smoke
from gendock.errors import GendockError, RefusedError
from gendock.report.build import build_data, build_line
from gendock.report.build_progress import Display, display
from gendock.report.smoke import asked, failed_names, smoke_data, smoke_lines, verdict_line

FAILED = 1

KindOption = Annotated[Kind | None, typer.Option(help="What the program is, instead of finding out.")]
PortOption = Annotated[int | None, typer.Option(help="The port it listens on.", min=1, max=65535)]
HealthOption = Annotated[
    list[str] | None,
    typer.Option("--health", help="Ready is a GET of this path with a status below 400.", metavar="PATH"),
]
EnvironmentOption = Annotated[
    list[str] | None, typer.Option("--env", "-e", help="A variable for the container.", metavar="NAME=VALUE")
]
ArgumentOption = Annotated[
    list[str] | None, typer.Option("--arg", help="A word in place of the image's CMD.", metavar="WORD")
]
MemoryOption = Annotated[str, typer.Option(help="The container's memory limit.", metavar="SIZE")]
ReadyOption = Annotated[float, typer.Option("--ready-timeout", help="Seconds to become ready.", min=0.1)]
StopOption = Annotated[float, typer.Option("--stop-timeout", help="Seconds to stop on SIGTERM.", min=1)]
SkipOption = Annotated[
    list[str] | None, typer.Option("--skip", help="A check not to ask, by its name.", metavar="CHECK")
]
KeepOption = Annotated[
    bool, typer.Option("--keep", help="Leave the container and its network there, to look at them.")
]


def command(
    *,
    path: Annotated[
        str | None,
        typer.Argument(
            help="A folder to build (this one by default), its Dockerfile, or an image.", show_default=False
        ),
    ] = None,
    image: Annotated[
        str | None, typer.Option(help="An image that the engine has; nothing is built.", metavar="NAME")
    ] = None,
    file: FileOption = None,
    target: TargetOption = None,
    tag: TagOption = None,
    build_arg: BuildArgOption = None,
    kind: KindOption = None,
    port: PortOption = None,
    health: HealthOption = None,
    env: EnvironmentOption = None,
    arg: ArgumentOption = None,
    memory: MemoryOption = "256m",
    ready_timeout: ReadyOption = 30,
    stop_timeout: StopOption = 10,
    skip: SkipOption = None,
    timeout: TimeoutOption = 1800,
    rm: RemoveOption = False,
    keep: KeepOption = False,
    output_format: FormatOption = OutputFormat.TEXT,
) -> None:
    """Start an image, look at it from outside, and stop it.

    Exit code: 0 works, 1 a check failed, 2 a mistake in the call, 3 no engine, 4 the build failed.
    """
    if path is not None and image is not None:
        raise GendockError(f"{path} and --image {image}: name one of the two")
    # An image's name looks like a file that is not there.
    name = path if path and not path.startswith((".", "/")) and not Path(path).exists() else image
    build_first = None
    if name is None:
        build_first = build_request(Path(path or "."), file, target, tag, build_arg, no_cache=False)
    request = smoke_request(
        name or "",
        kind=kind,
        port=port,
        health=health,
        env=env,
        arg=arg,
        memory=memory,
        ready_timeout=ready_timeout,
        stop_timeout=stop_timeout,
        skip=skip,
    )
    if build_first:
        request = with_source(request, build_first)
    try:
        with open_session(seconds=timeout, keep=keep) as session, display() as shown:
            built, report = look(session, build_first, request, shown, remove=rm)
    except StepFailedError as error:
        print_failure(error, output_format)
        raise
    except NoSuchImageError as error:
        if image is None:
            raise GendockError(f"{name} is neither a folder nor an image that the engine has") from error
        raise
    if output_format is OutputFormat.JSON:
        print_json({"build": build_data(built) if built else None, "smoke": smoke_data(report)})
    else:
        style = terminal_style()
        lines = [build_line(built, style)] if built else []
        verdict = verdict_line(asked(report), failed_names(report), report.seconds, style)
        typer.echo("\n".join([*lines, *smoke_lines(report, style), "", verdict]))
    if not report.passed:
        raise typer.Exit(FAILED)


def smoke_request(
    image: str,
    *,
    kind: Kind | None,
    port: int | None,
    health: list[str] | None,
    env: list[str] | None,
    arg: list[str] | None,
    memory: str,
    ready_timeout: float,
    stop_timeout: float,
    skip: list[str] | None,
) -> SmokeRequest:
    """Make a request of what a person typed.

    Raises:
        GendockError: a path without its slash, a check that there is not, or a size that is none.
    """
    for check in skip or ():
        if check not in CHECKS:
            raise GendockError(f"--skip {check}: there is no such check. There are {', '.join(CHECKS)}")
    for path in health or ():
        if not path.startswith("/"):
            raise GendockError(f"--health {path} is no path: it begins with /")
    if not re.fullmatch(r"\d+[bkmg]?", memory, re.ASCII):
        raise GendockError(f"--memory {memory} is not a size: one looks like 256m or 1g")
    return SmokeRequest(
        image=image,
        kind=kind,
        port=port,
        health_paths=tuple(health or ()),
        only_these_paths=bool(health),
        environment=tuple(env or ()),
        arguments=tuple(arg) if arg else None,
        memory=memory,
        ready_within=ready_timeout,
        stop_within=stop_timeout,
        skip=dict.fromkeys(skip or (), "on request"),
    )


def with_source(request: SmokeRequest, built: BuildRequest) -> SmokeRequest:
    """Add what the Go source says of the program: its kind, port and health path, as likely and no more."""
    from dataclasses import replace

    from gendock.golang.project import read_project

    try:
        programs = read_project(built.context).programs
    except (RefusedError, GendockError):
        return request  # no Go repository: the image alone says what it is
    named = [program for program in programs if program.name == built.target]
    program = (named or list(programs))[0]
    if built.target and not named and len(programs) > 1:
        return request  # a stage of a name of its own: any of the programs
    tcp = [port.number for port in program.ports if port.transport == "tcp"]
    places = {file.path: str(file.evidence) for file in program.runtime_files}
    places |= {variable.name: str(variable.evidence) for variable in program.variables}
    if program.env_file:
        places[program.env_file.path] = str(program.env_file.evidence)
    excused = {}
    if program.executed:  # only a distribution has other programs, and it brings what comes with them
        first = program.executed[0]
        reason = f"the program starts {first.name} ({first.evidence}), which comes with a distribution"
        excused = dict.fromkeys(("no-shell", "no-package-manager", "no-setuid"), reason)
    return replace(
        request,
        skip=excused | dict(request.skip),
        places=places,
        defaults={one.name: one.default for one in program.variables if one.default},
        likely_kind=Kind(program.kind),
        likely_port=tcp[0] if tcp else None,
        health_paths=request.health_paths or ((program.health.path,) if program.health else ()),
    )


def look(
    session: Session,
    build_first: BuildRequest | None,
    request: SmokeRequest,
    shown: Display,
    *,
    remove: bool,
) -> tuple[BuiltImage | None, SmokeReport]:
    """Build where that is asked for, look at the image, and let it have its name if all is well."""
    from dataclasses import replace

    built = build(session, build_first, shown) if build_first else None
    if built:
        request = replace(request, image=built.id)
    report = smoke(session, request, watch=shown.waiting)
    if built:
        report = replace(report, image=built.tag)
        if session.run.keep or (report.passed and not remove):
            keep_image(session.engine, built)
    return built, report
