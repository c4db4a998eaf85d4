"""A decision: what was chosen, why, and what else could have been."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gendock.golang import Evidence


@dataclass(frozen=True, slots=True)
class Decision:
    """One choice."""

    topic: str
    chose: str
    because: str
    alternatives: tuple[str, ...] = ()
    evidence: Evidence | None = None
