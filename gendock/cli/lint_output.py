"""What `gendock lint` prints, and what it writes into files."""

from __future__ import annotations

import os
from collections.abc import Sequence

import typer
from msgspec import Struct

from gendock.lint import Finding
from gendock.report.formats import FOR_PEOPLE, Around
from gendock.report.outputs import Output, deliver, for_github_actions, read_outputs
from gendock.report.paths import Folders
from gendock.report.terminal import width

ALL_IS_WELL = "All is well: no findings."


class LintOutput(Struct, frozen=True):
    """Where findings go; `is_default` says that no format was asked for."""

    outputs: tuple[Output, ...]
    is_default: bool
    colour: bool
    statistics: bool
    quiet: bool

    @classmethod
    def of(cls, formats: Sequence[str], *, colour: bool, statistics: bool, quiet: bool) -> LintOutput:
        """Read `--output-format` and what goes with it.

        Raises:
            GendockError: a format is unknown, or two of them would go to one place.
        """
        return cls(read_outputs(formats), not formats, colour, statistics, quiet)

    def show(self, findings: Sequence[Finding], filenames: Sequence[str], *, print_: bool = True) -> None:
        """Write the files that were asked for and, where `print_` is set, print.

        Raises:
            GendockError: a file cannot be written.
        """
        around = Around(filenames, Folders.here(os.environ), width(), self.colour)
        text = deliver(findings, self.outputs, around)
        if not print_:
            return
        if self.statistics:
            from gendock.report.lint_text import statistics

            typer.echo(statistics(findings), nl=False)
            return
        printed = next((output.format for output in self.outputs if output.file is None), None)
        if printed in FOR_PEOPLE:
            typer.echo(text, nl=False, color=True)
        elif printed is not None:
            typer.echo(text.encode(), nl=False)  # what a program reads is UTF-8 whatever the locale
        if printed == "full" and not findings and filenames and not self.quiet:
            typer.echo(ALL_IS_WELL)
        if self.is_default:
            typer.echo(for_github_actions(findings, around, os.environ), nl=False)
