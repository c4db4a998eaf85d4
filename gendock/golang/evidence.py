"""Where a fact can be seen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """The place that shows a fact."""

    path: str
    line: int

    def __str__(self) -> str:
        """Return `path:line`, as compilers write it."""
        return f"{self.path}:{self.line}"
