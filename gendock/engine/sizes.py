"""Sizes as people write them: in units of a thousand, as docker shows them, or of 1024 where that is said."""

from __future__ import annotations

import re

from gendock.errors import GendockError

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}
_BINARY = {"ki": 2**10, "mi": 2**20, "gi": 2**30}


def megabytes(size: int) -> str:
    """Return a size as docker writes it."""
    for unit, scale in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= scale:
            return f"{size / scale:.1f} {unit}"
    return f"{size} B"


def read_size(text: str, option: str) -> int:
    """Read `50MB`, `50m`, `1.5 GiB`.

    Raises:
        GendockError: it is no size; `option` is named.
    """
    found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,3})?)\s*([kmg]?i?)b?", text.strip(), re.ASCII | re.IGNORECASE)
    scale = (_UNITS | _BINARY).get(found[2].lower()) if found else None
    if found is None or scale is None:
        raise GendockError(f"{option} {text} is not a size: one looks like 50MB or 1.5GiB")
    return round(float(found[1]) * scale)
