"""How a command prints: at once, and as it is."""

from __future__ import annotations

import sys


def put(text: str | bytes, *, err: bool = False) -> None:
    """Write to standard output, or to standard error; bytes go out whatever the locale is."""
    stream = sys.stderr if err else sys.stdout
    if isinstance(text, bytes):
        stream.flush()
        stream.buffer.write(text)
    else:
        stream.write(text)
    stream.flush()


def say(line: str, *, err: bool = False) -> None:
    """Write one line."""
    put(f"{line}\n", err=err)
