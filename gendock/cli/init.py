"""`gendock init`: give me a Dockerfile."""

# Without `annotations` from the future: typer would compile each of them four times to read it.

from pathlib import Path
from typing import Annotated, Any

import typer

from gendock.cli.init_plan import Planned, print_diffs, print_plan, refuse_hidden, write
from gendock.cli.init_settings import split, wanted_beside
from gendock.cli.output_format import FormatOption, OutputFormat
from gendock.errors import GendockError, RefusedError
from gendock.generate import BASES, Access, Beside, Cache


def command(
    path: Annotated[
        Path, typer.Argument(help="The folder of a Go repository; this one by default.", show_default=False)
    ] = Path(),
    *,
    program: Annotated[
        str | None, typer.Option(help="Build this program only: its name or its package.", metavar="NAME")
    ] = None,
    every_program: Annotated[
        bool, typer.Option("--all", help="A target for every program, however many there are.")
    ] = False,
    port: Annotated[
        int | None, typer.Option(help="The port, where the source does not say it.", min=1, max=65535)
    ] = None,
    go_version: Annotated[
        str | None,
        typer.Option(
            help="The Go release to build with; go.mod's by default.", metavar="X.Y", show_default=False
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base", help=f"What the image stands on: {', '.join(BASES)}, or any image.", metavar="IMAGE"
        ),
    ] = None,
    cache: Annotated[
        Cache | None, typer.Option(help="Keep downloads in cache mounts, or in layers for CI.")
    ] = None,
    syntax_line: Annotated[
        bool | None,
        typer.Option(
            "--syntax-line/--no-syntax-line", help="Begin with # syntax=docker/dockerfile:1, or not."
        ),
    ] = None,
    healthcheck: Annotated[
        bool | None, typer.Option("--healthcheck/--no-healthcheck", help="Write a HEALTHCHECK, or NONE.")
    ] = None,
    platform: Annotated[
        list[str] | None,
        typer.Option(help="Build for this platform; repeatable.", metavar="OS/ARCH", show_default=False),
    ] = None,
    private: Annotated[
        list[str] | None,
        typer.Option(help="Private modules, as in GOPRIVATE; repeatable.", metavar="PATTERN"),
    ] = None,
    private_by: Annotated[
        Access | None, typer.Option(help="Get at them by a secret .netrc, or by an SSH agent.")
    ] = None,
    beside: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            help="Write this, too: compose.yaml with the services that it speaks to, docker-bake.hcl, or a "
            "stage for tests, for a debugger, for development; repeatable, and adds to what is remembered.",
            metavar=f"<{'|'.join(Beside)}>",
            show_default=False,
        ),
    ] = None,
    templates: Annotated[
        Path | None,
        typer.Option(help="A folder of own templates, each in the place of ours.", metavar="DIR"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that differ.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the files; write nothing.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change; write nothing.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Give the reason of each line; write nothing.")
    ] = False,
    output_format: FormatOption = OutputFormat.TEXT,
) -> None:
    """Write a Dockerfile and a .dockerignore for a Go repository.

    Never asks and never overwrites: a file that differs is shown as a diff, and nothing is written without
    --force. All files are written, or none. What was asked for is remembered in gendock.toml, so that the
    next init and `gendock update` do it again. Of a Dockerfile that is there, what the code does not say is
    taken over: packages, labels, variables, ports, the user.

    Exit code: 0 written or up to date, 1 refused with the reason, 2 a mistake in the call.
    """
    if sum((dry_run, diff, explain)) > 1:
        raise GendockError("--dry-run, --diff and --explain are three answers: ask for one")
    flags: dict[str, Any] = {
        "program": program,
        "all": every_program or None,
        "port": port,
        "go_version": go_version,
        "base": base,
        "cache": cache and cache.value,
        "syntax_line": syntax_line,
        "healthcheck": healthcheck,
        "platforms": split(platform),
        "private": split(private),
        "private_by": private_by and private_by.value,
        "beside": wanted_beside(beside),
        "templates": None if templates is None else _relative(templates, path),
    }
    planned = Planned.of(path, flags)
    if dry_run or diff or explain:
        print_plan(planned, diff=diff, explain=explain, output_format=output_format)
        if diff and (planned.hidden or any(target.state == "differs" for target in planned.targets)):
            raise typer.Exit(RefusedError.exit_code)
        return
    if not force:
        refuse_hidden(planned)
        _refuse_differing(planned, output_format)
    write(planned, output_format)


def _relative(templates: Path, folder: Path) -> str:
    """Where the templates are, from the repository: settings go with it to other machines."""
    import os.path

    if not templates.is_dir():
        raise GendockError(f"--templates {templates} is no folder")
    return Path(os.path.relpath(templates.resolve(), folder.resolve())).as_posix()


def _refuse_differing(planned: Planned, output_format: OutputFormat) -> None:
    """Show what would change in files that are there.

    Raises:
        RefusedError: there are such files.
    """
    differing = [target.path for target in planned.targets if target.state == "differs"]
    if not differing:
        return
    if output_format is OutputFormat.JSON:
        print_plan(planned, diff=False, explain=False, output_format=output_format)
    else:
        print_diffs(planned.targets)
    verb = "is" if len(differing) == 1 else "are"
    ways = "gendock update merges, --force overwrites" if planned.can_merge else "--force overwrites"
    taken = f". Taken over: {planned.taken}" if planned.taken else ""
    raise RefusedError(
        f"{' and '.join(differing)} {verb} there and would change as shown; nothing was written. "
        f"{ways}{taken}"
    )
