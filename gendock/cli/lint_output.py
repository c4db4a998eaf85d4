"""What `gendock lint` prints, and what it writes into files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from enum import Enum, auto

from msgspec import Struct

from gendock.cli.printing import put, say
from gendock.lint import Finding
from gendock.lint.tally import Shown, Tally
from gendock.report.formats import FOR_PEOPLE, Around, written
from gendock.report.outputs import Output, for_github_actions, read_outputs, write_files
from gendock.report.paths import Folders
from gendock.report.summary import summary
from gendock.report.terminal import CI_VARIABLES, width

ALL_IS_WELL = "All is well: no findings."


class Place(Enum):
    """Where findings are shown."""

    OUTPUT = auto()
    ERRORS = auto()
    NOWHERE = auto()


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

    def show(
        self, findings: Sequence[Finding], filenames: Sequence[str], place: Place = Place.OUTPUT
    ) -> None:
        """Print, then write the files that were asked for.

        Raises:
            GendockError: a file cannot be written.
        """
        around = Around(filenames, Folders.here(os.environ), width(), self.colour)
        if place is Place.OUTPUT:
            self._print(findings, around)
        elif place is Place.ERRORS:
            put(self._for_people("concise", findings, around), err=True)
        write_files(findings, self.outputs, around)

    @property
    def look(self) -> str | None:
        """How people see the findings of each file; None where more goes out, or elsewhere, or to programs.

        What was shown in a look holds for a later run of that look.
        """
        if self.statistics or any(os.environ.get(name) for name in CI_VARIABLES) or len(self.outputs) != 1:
            return None
        (output,) = self.outputs
        if output.format not in FOR_PEOPLE or output.file is not None:
            return None
        return f"{output.format} {width()} {self.colour}"

    def shown(self, findings: Iterable[Sequence[Finding]]) -> list[Shown]:
        """Return the findings of each file as they are shown in that look."""
        parts, columns = _parts(self.outputs[0].format), width()
        return [Shown(parts(one, width=columns, colour=self.colour), Tally.of(one)) for one in findings]

    def print_shown(self, shown: Sequence[Shown]) -> None:
        """Print what is shown of each file, and what closes the report."""
        tally = Tally.sum(one.tally for one in shown)
        put("".join(one.text for one in shown) + self._closing(tally))
        self._praise(self.outputs[0].format, tally.total, len(shown))

    def _for_people(self, name: str, findings: Sequence[Finding], around: Around) -> str:
        text = _parts(name)(findings, width=around.width, colour=around.colour)
        return text + self._closing(Tally.of(findings))

    def _closing(self, tally: Tally) -> str:
        return "" if self.quiet else summary(tally)

    def _praise(self, printed: str, findings: int, files: int) -> None:
        if printed == "full" and files and not findings and not self.quiet:
            say(ALL_IS_WELL)

    def _print(self, findings: Sequence[Finding], around: Around) -> None:
        printed = next((output.format for output in self.outputs if output.file is None), None)
        for_programs = printed is not None and printed not in FOR_PEOPLE
        if self.statistics:
            from gendock.report.lint_text import statistics

            # A program that reads standard output gets its format, whatever people want to see besides.
            put(statistics(findings), err=for_programs)
        if printed is not None and for_programs:
            text = written(printed, findings, around)
            put(text.encode())  # what a program reads is UTF-8 whatever the locale
        elif not self.statistics:
            self._print_for_people(printed, findings, around)

    def _print_for_people(self, printed: str | None, findings: Sequence[Finding], around: Around) -> None:
        if printed is not None:
            put(self._for_people(printed, findings, around))
            self._praise(printed, len(findings), len(around.filenames))
        if self.is_default:
            put(for_github_actions(findings, around, os.environ))


def _parts(name: str) -> Callable[..., str]:
    """Return the function that shows findings to people in a format, without what closes a report."""
    from gendock.report.lint_text import blocks, lines

    return blocks if name == "full" else lines
