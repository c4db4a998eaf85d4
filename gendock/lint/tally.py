"""How many findings there are of each kind, and a file's findings as they were shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from gendock.lint.mistake import Applicability, Severity

if TYPE_CHECKING:
    from gendock.lint.finding import Finding


class Tally(msgspec.Struct, frozen=True, array_like=True):
    """How many findings there are: of each severity, the mildest first, and with a safe or an unsafe fix."""

    counts: tuple[int, int, int, int] = (0, 0, 0, 0)
    safe: int = 0
    unsafe: int = 0

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Tally:
        """Count findings."""
        counts = dict.fromkeys(Severity, 0)
        safe = unsafe = 0
        for finding in findings:
            counts[finding.severity] += 1
            if finding.fix is not None:
                is_safe = finding.fix.applicability is Applicability.SAFE
                safe += is_safe
                unsafe += not is_safe
        style, info, warning, error = counts.values()
        return cls((style, info, warning, error), safe, unsafe)

    @classmethod
    def sum(cls, tallies: Iterable[Tally]) -> Tally:
        """Add tallies up."""
        style = info = warning = error = safe = unsafe = 0
        for one in tallies:
            style += one.counts[0]
            info += one.counts[1]
            warning += one.counts[2]
            error += one.counts[3]
            safe += one.safe
            unsafe += one.unsafe
        return cls((style, info, warning, error), safe, unsafe)

    @property
    def total(self) -> int:
        """How many findings there are."""
        return sum(self.counts)

    @property
    def worst(self) -> Severity | None:
        """The worst severity; None where nothing was found."""
        return max((one for one, count in zip(Severity, self.counts, strict=True) if count), default=None)


class Shown(msgspec.Struct, frozen=True, array_like=True):
    """One file's findings as they are shown to people, and how many they are."""

    text: str
    tally: Tally
