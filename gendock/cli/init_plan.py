"""What `gendock init` and `gendock update` share: the plan of a folder, how it is shown and written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import typer

from gendock.cli.init_settings import joined, options_of, remembered, settings_file, with_kept
from gendock.cli.output_format import OutputFormat, print_json
from gendock.errors import RefusedError
from gendock.generate import (
    LAST_FILE,
    Beside,
    Kept,
    Plan,
    PlannedFile,
    Target,
    choose_programs,
    compare,
    compare_secrets,
    last_file,
    make_plan,
    other_compose_file,
    read_existing,
    read_last,
    with_bake,
    with_compose,
    write_files,
    write_secrets,
)
from gendock.golang.kept import kept_project
from gendock.pin import carry_digests

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Planned:
    """A folder's plan beside what is there.

    `settings` is gendock.toml where it has to change, `hidden` a compose file that compose.yaml would hide,
    `taken` what an existing Dockerfile had and the plan goes on with.
    """

    folder: Path
    plan: Plan
    targets: tuple[Target, ...]
    settings: PlannedFile | None
    hidden: str | None
    taken: str

    @classmethod
    def of(cls, folder: Path, flags: Mapping[str, Any]) -> Planned:
        """Plan the files of a folder.

        Raises:
            GendockError: the repository or its settings cannot be read, or do not go with the flags.
        """
        table = joined(remembered(folder), flags)
        options = options_of(table, folder)
        project = kept_project(folder, named=options.program)
        taken = ""
        if options.kept == Kept():
            named = choose_programs(project, options)
            kept = read_existing(folder, named[0])
            if kept is not None:
                options = replace(options, kept=kept.kept)
                table = with_kept(table, kept.kept)
                taken = kept.summary
        plan = make_plan(project, options)
        hidden = None
        if Beside.COMPOSE in options.beside:
            plan = with_compose(plan, options)
            hidden = other_compose_file(folder)
        if Beside.BAKE in options.beside:
            plan = with_bake(plan, options)
        plan = replace(plan, files=_pinned(folder, plan.files))
        targets = compare(folder, plan.files)
        return cls(folder, plan, targets, settings_file(folder, table), hidden, taken)

    @property
    def can_merge(self) -> bool:
        """Whether it is known what gendock wrote last of every file that differs."""
        last = read_last(self.folder)
        return all(target.path in last for target in self.targets if target.state == "differs")

    @property
    def own(self) -> tuple[PlannedFile, ...]:
        """The files in which gendock remembers, where they have to change."""
        last = last_file(self.plan.files)
        known = {file.path: file.text for file in self.plan.files}
        kept = () if read_last(self.folder) == known else (last,)
        return (*kept, *(() if self.settings is None else (self.settings,)))


def _pinned(folder: Path, files: Sequence[PlannedFile]) -> tuple[PlannedFile, ...]:
    """The files with the digests that `gendock pin` wrote into those that are there."""
    path = folder / "Dockerfile"
    if not path.is_file() or path.is_symlink():
        return tuple(files)
    there = path.read_bytes().decode("utf-8", "surrogateescape")
    return tuple(
        replace(file, text=carry_digests(there, file.text)) if file.path == path.name else file
        for file in files
    )


def refuse_hidden(planned: Planned) -> None:
    """Refuse to hide another compose file.

    Raises:
        RefusedError: there is one.
    """
    if planned.hidden:
        raise RefusedError(
            f"{planned.hidden} is there, and docker compose would read compose.yaml in its place; "
            "nothing was written. Rename it, or --force"
        )


def print_plan(planned: Planned, *, diff: bool, explain: bool, output_format: OutputFormat) -> None:
    """Answer without writing."""
    from gendock.report.plan import explanation_text, facts_text, plan_data

    plan, targets = planned.plan, planned.targets
    if output_format is OutputFormat.JSON:
        secrets = compare_secrets(planned.folder, plan.secrets)
        print_json(plan_data(plan, targets, secrets, written=False))
    elif explain:
        typer.echo(facts_text(plan) + explanation_text(plan), nl=False)
    elif diff:
        print_diffs(targets)
    else:
        for target in targets:
            typer.echo(f"==> {target.path} <==\n{target.text}", nl=target is not targets[-1])


def write(planned: Planned, output_format: OutputFormat) -> None:
    """Write every file, and say what was written."""
    from gendock.report.plan import facts_text, plan_data, written_text

    plan, targets, folder = planned.plan, planned.targets, planned.folder
    secrets = compare_secrets(folder, plan.secrets)
    own = planned.own
    write_secrets(folder, plan.secrets)
    write_files(folder, (*plan.files, *own), force=True)
    remembers = any(file.path != LAST_FILE for file in own)
    if output_format is OutputFormat.JSON:
        print_json(plan_data(plan, targets, secrets, written=True))
        return
    same = all(target.state == "same" for target in targets) and all(one.state == "kept" for one in secrets)
    if same and not remembers:
        typer.echo(up_to_date(targets))
        return
    typer.echo(facts_text(plan), nl=False)
    if planned.taken:
        typer.echo(f"taken over from the Dockerfile that was here: {planned.taken}\n")
    typer.echo(written_text(plan, targets, folder, secrets, remembers=remembers), nl=False)


def up_to_date(targets: Sequence[Target]) -> str:
    """One sentence for files that need nothing."""
    names = [target.path for target in targets if not target.path.startswith(".")]
    *others, last = names
    listed = f"{', '.join(others)} and {last}" if others else last
    return f"{listed} {'are' if others else 'is'} up to date"


def print_diffs(targets: Sequence[Target]) -> None:
    """Show what would change, without what could steer a terminal."""
    from gendock.report.terminal import printable

    for target in targets:
        for line in target.diff.splitlines():
            typer.echo(printable(line, limit=2000))
