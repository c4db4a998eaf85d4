"""`gendock smoke`: start an image under production's limits and see whether it works."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from gendock.cli import smoke_options as options
from gendock.cli.build import (
    BuildArgOption,
    BuilderOption,
    FileOption,
    RemoveOption,
    SecretOption,
    SshOption,
    TagOption,
    TargetOption,
    TimeoutOption,
    build_request,
)
from gendock.cli.mixtures import SMOKE, refuse_mixtures
from gendock.cli.proving import FAILED, ProofOutput, Undertaking, prove
from gendock.engine.archive import is_image
from gendock.engine.build_request import Options
from gendock.engine.deadline import Deadline
from gendock.engine.smoke import NoSuchImageError, look_at_file
from gendock.errors import GendockError
from gendock.report.proof import Proof


def command(
    *,
    path: Annotated[
        str | None,
        typer.Argument(
            help="A folder to build (this one by default), its Dockerfile, an image, or an image's archive.",
            show_default=False,
        ),
    ] = None,
    image: Annotated[
        str | None,
        typer.Option(help="An image that the engine has, or one of several in an archive.", metavar="NAME"),
    ] = None,
    static_only: Annotated[
        bool, typer.Option("--static-only", help="Look at the image's files, and start nothing.")
    ] = False,
    platform: Annotated[
        str | None, typer.Option(help="One of several platforms in an archive.", metavar="OS/ARCH")
    ] = None,
    file: FileOption = None,
    target: TargetOption = None,
    tag: TagOption = None,
    builder: BuilderOption = None,
    build_arg: BuildArgOption = None,
    secret: SecretOption = None,
    ssh: SshOption = None,
    kind: options.KindOption = None,
    port: options.PortOption = None,
    health: options.HealthOption = None,
    expect_log: options.ExpectLogOption = None,
    env: options.EnvironmentOption = None,
    arg: options.ArgumentOption = None,
    memory: options.MemoryOption = "256m",
    max_size: options.MaxSizeOption = None,
    egress: options.EgressOption = False,
    compose: options.ComposeOption = None,
    service: options.ServiceOption = None,
    ready_timeout: options.ReadyOption = 30,
    stop_timeout: options.StopOption = 10,
    skip: options.SkipOption = None,
    timeout: TimeoutOption = 1800,
    rm: RemoveOption = False,
    keep: options.KeepOption = False,
    output_format: options.OutputFormatOption = None,
) -> None:
    """Start an image, look at it from outside, and stop it.

    An archive (docker save, an OCI layout) is looked at without an engine, and not started.

    Exit code: 0 works, 1 a check failed, 2 a mistake in the call, 3 no engine, 4 the build failed.
    """
    began = time.monotonic()
    output = ProofOutput.of(output_format or ())
    asked = options.SmokeOptions(
        kind=kind,
        port=port,
        health=health,
        expect_log=expect_log,
        env=env,
        arg=arg,
        memory=memory,
        max_size=max_size,
        egress=egress,
        static_only=static_only,
        compose=compose,
        service=service,
        ready_timeout=ready_timeout,
        stop_timeout=stop_timeout,
        skip=skip or [],
    )
    # An image's name looks like a file that is not there.
    name = path if path and not path.startswith((".", "/")) and not Path(path).exists() else image
    archive = path is not None and is_image(Path(path))
    refuse_mixtures(
        SMOKE,
        {
            "an image's archive": archive,
            "an image's name": name is not None and not archive,
            "--file": file,
            "--target": target,
            "--tag": tag,
            "--builder": builder,
            "--build-arg": build_arg,
            "--secret": secret,
            "--ssh": ssh,
            "--rm": rm,
            "--keep": keep,
            **asked.given,
        },
    )
    if path is not None and archive:
        _archive(Path(path), image, platform, asked, timeout, began, output)
    if platform is not None:
        raise GendockError(f"--platform {platform} chooses from an archive, and {path or '.'} is none")
    if path is not None and image is not None:
        raise GendockError(f"{path} and --image {image}: name one of the two")
    to_build = None
    if name is None:
        build_options = Options(
            builders=tuple(builder or ()),
            build_args=tuple(build_arg or ()),
            secrets=tuple(secret or ()),
            ssh=tuple(ssh or ()),
        )
        to_build = build_request(Path(path or "."), file, target, tag, None, options=build_options)
    try:
        prove(Undertaking("smoke", to_build, name or "", asked, timeout, keep, rm, began), output)
    except NoSuchImageError as error:
        if image is None:
            raise GendockError(f"{name} is neither a folder nor an image that the engine has") from error
        raise


def _archive(
    path: Path,
    image: str | None,
    platform: str | None,
    asked: options.SmokeOptions,
    seconds: float,
    began: float,
    output: ProofOutput,
) -> NoReturn:
    request = asked.request(image or "")
    report = look_at_file(path, request, platform=platform or "", deadline=Deadline.after(seconds))
    exit_code = 0 if report.passed else FAILED
    output.show(Proof("smoke", exit_code, time.monotonic() - began, report=report))
    raise typer.Exit(exit_code)
