"""A moment at which something has to have ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

_FIRST_PAUSE = 0.02  # seconds between two looks at what starts or ends; doubles up to the longest
_LONGEST_PAUSE = 0.25


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

    def pauses(self) -> Iterator[float]:
        """Yield the seconds to wait before each next look: more and more, and never past the deadline."""
        pause = _FIRST_PAUSE
        while True:
            yield min(pause, self.left)
            pause = min(pause * 2, _LONGEST_PAUSE)
