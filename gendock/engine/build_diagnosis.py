"""From what a failed build printed to the probable cause: one pure function over a table.

The first row of the table that matches a line wins, and of the lines the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gendock.engine.build_causes import ROWS


@dataclass(frozen=True, slots=True)
class BuildCause:
    """What probably made a build fail.

    Attributes:
        id: its name in the table.
        because: what went wrong.
        evidence: the line that shows it.
        mend: what helps.
        rules: codes of the rules that find such a mistake.
    """

    id: str
    because: str
    evidence: str
    mend: str
    rules: tuple[str, ...] = ()


def diagnose_build(log: Sequence[str], message: str) -> BuildCause | None:
    """Return the probable cause of a failed build; None where nothing in the table matches.

    Args:
        log: the last lines that the failing step printed.
        message: BuildKit's sentence.
    """
    lines = [*reversed(log), message]
    for row in ROWS:
        for line in lines:
            if row.message.search(line):
                return BuildCause(row.id, row.because, " ".join(line.split()), row.mend, row.rules)
    return None
