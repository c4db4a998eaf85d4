"""`gendock update`: the same files again, after the code has changed, together with edits by hand."""

# Without `annotations` from the future: typer would compile each of them four times to read it.

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gendock.cli.init_plan import Planned, print_diffs, refuse_hidden, up_to_date
from gendock.cli.output_format import FormatOption, OutputFormat, print_json
from gendock.errors import RefusedError
from gendock.generate import (
    Conflict,
    PlannedFile,
    compare,
    compare_secrets,
    merge,
    read_last,
    write_files,
    write_secrets,
)
from gendock.pin import carry_digests

Conflicts = dict[str, tuple[Conflict, ...]]


def command(
    path: Annotated[
        Path, typer.Argument(help="The folder of a Go repository; this one by default.", show_default=False)
    ] = Path(),
    *,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what would change and write nothing; exit 1 if it would.")
    ] = False,
    output_format: FormatOption = OutputFormat.TEXT,
) -> None:
    """Write the files of `gendock init` again, with edits by hand.

    The choices are those that gendock.toml remembers. What gendock wrote last is kept in .gendock.lock: what
    people changed since then stays, and what the code changed comes in. Where both changed the same lines,
    nothing is written, and both are shown.

    Exit code: 0 written or up to date, 1 a conflict, or nothing to update; 2 a mistake in the call.
    """
    planned = Planned.of(path, {})
    if not (path / "Dockerfile").exists():
        raise RefusedError("there is no Dockerfile to update: gendock init writes one")
    refuse_hidden(planned)
    merged, conflicts = _merged(planned)
    if conflicts:
        _show_conflicts(conflicts, output_format)
        names = " and ".join(conflicts)
        raise RefusedError(
            f"{names} changed by hand where the code changes it, too; nothing was written. "
            "Write the new lines there by hand, then gendock update"
        )
    targets = compare(path, merged)
    secrets = compare_secrets(path, planned.plan.secrets)
    changed = [target for target in targets if target.state != "same"]
    if not diff:
        write_secrets(path, planned.plan.secrets)
        write_files(path, (*merged, *planned.own), force=True)
    if output_format is OutputFormat.JSON:
        files = [{"path": target.path, "state": target.state, "text": target.text} for target in targets]
        print_json({"files": files, "conflicts": [], "written": not diff})
    elif changed:
        print_diffs(changed)
        if not diff:
            typer.echo(f"\nupdated {' and '.join(target.path for target in changed)}")
    elif all(secret.state == "kept" for secret in secrets):
        typer.echo(up_to_date(targets))
    if diff and changed:
        raise typer.Exit(RefusedError.exit_code)


def _merged(planned: Planned) -> tuple[tuple[PlannedFile, ...], Conflicts]:
    """What becomes of each file, and the places where nobody but a person can say that.

    Raises:
        RefusedError: a file is there that gendock did not write.
    """
    last = read_last(planned.folder)
    merged: list[PlannedFile] = []
    conflicts: Conflicts = {}
    for target in planned.targets:
        if target.state != "differs":
            merged.append(PlannedFile(target.path, target.text))
            continue
        if target.path not in last:
            raise RefusedError(
                f"{target.path} is not known to be gendock's: .gendock.lock does not have what it wrote "
                "last. gendock init --diff shows what would change, gendock init --force overwrites"
            )
        there = (planned.folder / target.path).read_bytes().decode("utf-8", "surrogateescape")
        before = last[target.path]
        result = merge(
            carry_digests(there, before) if target.path == "Dockerfile" else before, there, target.text
        )
        if result.conflicts:
            conflicts[target.path] = result.conflicts
        merged.append(PlannedFile(target.path, result.text))
    return tuple(merged), conflicts


def _show_conflicts(conflicts: Conflicts, output_format: OutputFormat) -> None:
    from gendock.report.terminal import printable

    if output_format is OutputFormat.JSON:
        found = [
            {"path": path, "row": one.row, "last": one.last, "theirs": one.theirs, "ours": one.ours}
            for path, places in conflicts.items()
            for one in places
        ]
        print_json({"files": [], "conflicts": found, "written": False})
        return
    for path, places in conflicts.items():
        for one in places:
            typer.echo(f"{path}:{one.row}")
            for title, lines in _sides(one):
                typer.echo(f"  {title}")
                for line in lines or ("(nothing)",):
                    typer.echo(f"    {printable(line.rstrip(), limit=2000)}")
            typer.echo("")


def _sides(one: Conflict) -> Sequence[tuple[str, Sequence[str]]]:
    return (
        ("gendock wrote last", one.last),
        ("stands there now", one.theirs),
        ("gendock would write", one.ours),
    )
