"""`gendock build`: build an image with BuildKit and show what it does."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gendock.cli.build_mistakes import refuse_mistakes, refuse_unknown_stage
from gendock.cli.mixtures import BUILD, refuse_mixtures
from gendock.cli.output_format import FormatOption, OutputFormat, print_json
from gendock.engine.bake import NAMES
from gendock.engine.build import build_image, one_builder
from gendock.engine.build_failure import BuildFailure, StepFailedError
from gendock.engine.build_limits import remarks
from gendock.engine.build_request import BuildRequest, BuiltImage, Options, Provenance, read_epoch
from gendock.engine.names import complete_tag, default_tag
from gendock.engine.session import Session
from gendock.errors import GendockError
from gendock.report.build_failure import FoundBy, build_failure_data, build_failure_lines, failed_rows
from gendock.report.build_progress import Display
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


TargetsOption = Annotated[
    list[str] | None,
    typer.Option("--target", help="The stage to build; with docker-bake.hcl its target.", metavar="NAME"),
]
BuilderOption = Annotated[
    list[str] | None,
    typer.Option(
        "--builder",
        help="A builder of buildx; several spread the targets of docker-bake.hcl.",
        metavar="NAME",
    ),
]
PlatformOption = Annotated[
    list[str] | None,
    typer.Option("--platform", help="A platform to build for; several at once.", metavar="OS/ARCH"),
]
SecretOption = Annotated[
    list[str] | None,
    typer.Option("--secret", help="A file for RUN --mount=type=secret.", metavar="id=NAME,src=FILE"),
]
SshOption = Annotated[
    list[str] | None,
    typer.Option("--ssh", help="An agent or key for RUN --mount=type=ssh.", metavar="default|NAME=PATH"),
]
PushOption = Annotated[bool, typer.Option("--push", help="Send the image to its registry.")]
OutputsOption = Annotated[
    list[str] | None,
    typer.Option("--output", "-o", help="A folder or type=oci,dest=FILE, not the engine.", metavar="SPEC"),
]
CheckOption = Annotated[bool, typer.Option("--check", help="Build nothing; ask BuildKit's own checks.")]
MetadataOption = Annotated[
    Path | None, typer.Option("--metadata-file", help="Where the builder writes what it made.")
]
SbomOption = Annotated[bool, typer.Option("--sbom", help="Add a list of what is in the image.")]
ProvenanceOption = Annotated[
    Provenance | None, typer.Option("--provenance", help="How much the image tells of its build.")
]


def command(
    *,
    path: PathArgument = Path(),
    file: FileOption = None,
    target: TargetsOption = None,
    tag: TagOption = None,
    builder: BuilderOption = None,
    platform: PlatformOption = None,
    build_arg: BuildArgOption = None,
    secret: SecretOption = None,
    ssh: SshOption = None,
    push: PushOption = False,
    output: OutputsOption = None,
    check: CheckOption = False,
    metadata_file: MetadataOption = None,
    sbom: SbomOption = False,
    provenance: ProvenanceOption = None,
    no_cache: NoCacheOption = False,
    timeout: TimeoutOption = 1800,
    output_format: FormatOption = OutputFormat.TEXT,
) -> None:
    """Build an image with BuildKit and show what it does.

    Where there is a docker-bake.hcl and no Dockerfile is named, its targets are built.

    Exit code: 0 built, 1 --check found something, 2 a mistake in the call, 3 no engine or no builder, 4 the
    build failed.
    """
    from gendock.cli import build_run

    refuse_mixtures(
        BUILD,
        {
            "--check": check,
            "--push": push,
            "--output": output,
            "--metadata-file": metadata_file,
            "--sbom": sbom,
            "--provenance": provenance,
        },
    )
    options = Options(
        builders=tuple(builder or ()),
        platforms=tuple(one for several in platform or () for one in several.split(",") if one),
        build_args=tuple(build_arg or ()),
        secrets=tuple(secret or ()),
        ssh=tuple(ssh or ()),
        push=push,
        outputs=tuple(output or ()),
        metadata_file=metadata_file,
        sbom=sbom,
        provenance=provenance,
        epoch=read_epoch(os.environ.get("SOURCE_DATE_EPOCH")),
        no_cache=no_cache,
    )
    refuse_mistakes(options)
    targets = tuple(target or ())
    bake_file = find_bake_file(path, file)
    try:
        if bake_file is not None:
            build_run.bake(bake_file, targets, options, tag, check=check, seconds=timeout, as_=output_format)
            return
        if len(targets) > 1:
            raise GendockError("several --target are for docker-bake.hcl, and there is none here")
        request = build_request(path, file, next(iter(targets), None), tag, None, options=options)
        if check:
            build_run.check(request, seconds=timeout, as_=output_format)
        else:
            build_run.one(request, named=tag is not None, seconds=timeout, as_=output_format)
    except StepFailedError as error:
        print_failure(error, output_format, None if bake_file is not None else path)
        raise


def find_bake_file(path: Path, file: Path | None) -> Path | None:
    """Return the docker-bake.hcl that is meant; None where a Dockerfile is."""
    named = file or (path if not path.is_dir() else None)
    if named is not None:
        return named if named.suffix == ".hcl" or named.name in NAMES else None
    return next((path / name for name in NAMES if (path / name).is_file()), None)


def build_request(
    path: Path,
    file: Path | None,
    target: str | None,
    tag: str | None,
    build_args: list[str] | None,
    *,
    no_cache: bool = False,
    options: Options | None = None,
) -> BuildRequest:
    """Make a request of what a person typed; `options` stands for build_args and no_cache where it is given.

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
    asked = options or Options(build_args=tuple(build_args or ()), no_cache=no_cache)
    refuse_mistakes(asked)
    if target is not None:
        refuse_unknown_stage(dockerfile, target)
    return BuildRequest(path, dockerfile, name, target, asked)


def build(session: Session, request: BuildRequest, shown: Display) -> BuiltImage:
    """Build in a session and show the steps.

    Raises:
        EngineUnavailableError, BuildFailedError, GendockError: as `one_builder` and `build_image`.
    """
    builder = one_builder(request.options, session.engine)
    for remark in remarks(builder, request.options):
        typer.echo(f"gendock: {remark}", err=True)
    return build_image(session, builder, request, watch=shown.step)


def print_failure(error: StepFailedError, output_format: OutputFormat, context: Path | None) -> None:
    """Print why a build failed: the step, the end of its log, the Dockerfile's lines, the probable cause."""
    found_by = rules_that_find(error.failure, context)
    if output_format is OutputFormat.JSON:
        print_json(build_failure_data(error.failure, found_by))
        return
    for line in build_failure_lines(error.failure, Style(width(), has_colour(sys.stderr)), found_by):
        typer.echo(line, err=True)


def rules_that_find(failure: BuildFailure, context: Path | None) -> Sequence[FoundBy]:
    """Lint the Dockerfile of a failed build: an error in the lines that failed, or a rule of the cause."""
    from gendock.cli.lint_run import lint_targets
    from gendock.cli.lint_targets import targets_of
    from gendock.lint import Severity
    from gendock.lint.config import Configuration

    file = Path(failure.file)
    of_cause = failure.cause.rules if failure.cause else ()
    rows = {line.row for line in failed_rows(failure)}
    try:
        findings = lint_targets(
            targets_of([file], Configuration(), file, force_exclude=False, context=context), use_cache=True
        )
    except GendockError:
        return ()
    return [
        FoundBy(finding.rule.code, finding.message, finding.start.row)
        for finding in findings
        if finding.rule.code in of_cause or (finding.severity is Severity.ERROR and finding.start.row in rows)
    ]


def terminal_style() -> Style:
    """Return the style of standard output."""
    return Style(width(), has_colour(sys.stdout))
