"""A moment at which something has to have ended."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock; steps take what is left of it."""

    at: float
    seconds: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the deadline `seconds` from now."""
        return cls(time.monotonic() + seconds, seconds)

    @property
    def left(self) -> float:
        """Seconds that are left; never below 0."""
        return max(0.0, self.at - time.monotonic())

    @property
    def passed(self) -> bool:
        """Whether nothing is left."""
        return self.left <= 0

    def within(self, seconds: float) -> Deadline:
        """Return a deadline for a part: `seconds` from now, and never after this one."""
        part = min(seconds, self.left)
        return Deadline(time.monotonic() + part, part)
