"""`gendock init`: give me a Dockerfile."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gendock.cli.output_format import FormatOption, OutputFormat, print_json
from gendock.errors import GendockError, RefusedError
from gendock.generate import (
    Options,
    compare,
    compare_secrets,
    make_plan,
    other_compose_file,
    with_compose,
    write_files,
    write_secrets,
)
from gendock.golang import read_project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gendock.generate import Plan, Target


class Beside(StrEnum):
    """What can be written beside the Dockerfile."""

    COMPOSE = "compose"


def command(
    path: Annotated[
        Path, typer.Argument(help="The folder of a Go repository; this one by default.", show_default=False)
    ] = Path(),
    *,
    program: Annotated[
        str | None, typer.Option(help="Build this program only: its name or its package.", metavar="NAME")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="The port, where the source does not say it.", min=1, max=65535)
    ] = None,
    go_version: Annotated[
        str | None,
        typer.Option(
            help="The Go release to build with; go.mod's by default.", metavar="X.Y", show_default=False
        ),
    ] = None,
    beside: Annotated[
        list[Beside] | None,
        typer.Option("--with", help="Write this, too: a compose.yaml with the services that it speaks to."),
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
    --force. All files are written, or none.

    Exit code: 0 written or up to date, 1 refused with the reason, 2 a mistake in the call.
    """
    if sum((dry_run, diff, explain)) > 1:
        raise GendockError("--dry-run, --diff and --explain are three answers: ask for one")
    options = Options(program=program, port=port, go_version=go_version)
    plan = make_plan(read_project(path, named=program), options)
    hidden = None
    if beside:
        plan = with_compose(plan, options)
        hidden = other_compose_file(path)
    targets = compare(path, plan.files)
    if dry_run or diff or explain:
        _show(plan, targets, path, diff=diff, explain=explain, output_format=output_format)
        if diff and (hidden or any(target.state == "differs" for target in targets)):
            raise typer.Exit(RefusedError.exit_code)
        return
    if hidden and not force:
        raise RefusedError(
            f"{hidden} is there, and docker compose would read compose.yaml in its place; "
            "nothing was written. Rename it, or --force"
        )
    _write(plan, targets, path, force=force, output_format=output_format)


def _show(
    plan: Plan,
    targets: Sequence[Target],
    folder: Path,
    *,
    diff: bool,
    explain: bool,
    output_format: OutputFormat,
) -> None:
    """Answer without writing."""
    from gendock.report.plan import explanation_text, facts_text, plan_data

    if output_format is OutputFormat.JSON:
        print_json(plan_data(plan, targets, compare_secrets(folder, plan.secrets), written=False))
    elif explain:
        typer.echo(facts_text(plan) + explanation_text(plan), nl=False)
    elif diff:
        _print_diffs(targets)
    else:
        for target in targets:
            typer.echo(f"==> {target.path} <==\n{target.text}", nl=target is not targets[-1])


def _write(
    plan: Plan, targets: Sequence[Target], folder: Path, *, force: bool, output_format: OutputFormat
) -> None:
    from gendock.report.plan import facts_text, plan_data, written_text

    is_json = output_format is OutputFormat.JSON
    secrets = compare_secrets(folder, plan.secrets)
    differing = [target.path for target in targets if target.state == "differs"]
    if differing and not force:
        if is_json:
            print_json(plan_data(plan, targets, secrets, written=False))
        else:
            _print_diffs(targets)
        verb = "is" if len(differing) == 1 else "are"
        raise RefusedError(
            f"{' and '.join(differing)} {verb} there and would change as shown; nothing was written. "
            "--force overwrites"
        )
    write_secrets(folder, plan.secrets)
    write_files(folder, plan.files, force=force)
    if is_json:
        print_json(plan_data(plan, targets, secrets, written=True))
    elif all(target.state == "same" for target in targets) and all(one.state == "kept" for one in secrets):
        names = [target.path for target in targets if not target.path.startswith(".")]
        typer.echo(f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} up to date")
    else:
        typer.echo(facts_text(plan) + written_text(plan, targets, folder, secrets), nl=False)


def _print_diffs(targets: Sequence[Target]) -> None:
    from gendock.report.terminal import printable

    for target in targets:
        for line in target.diff.splitlines():
            typer.echo(printable(line, limit=2000))
