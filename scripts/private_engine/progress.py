"""One line a step on standard error, with the seconds it took."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_guard = threading.Lock()


def say(text: str) -> None:
    """Tell a person something. Standard output is left to the shell that evaluates it."""
    with _guard:
        print(text, file=sys.stderr, flush=True)


@dataclass
class Outcome:
    """Of a step, set by whoever takes it.

    Attributes:
        failed: why it was not done; then nothing is told of it.
    """

    failed: str = ""


@contextmanager
def step(name: str) -> Iterator[Outcome]:
    """Tell what was done and how long it took, once it is done."""
    begin = time.monotonic()
    outcome = Outcome()
    yield outcome
    if not outcome.failed:
        say(f"{name:<68} {time.monotonic() - begin:5.1f} s")
