"""Paths in an image, a build context or a repository, compared part by part."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"(?!-)[\w./@%+:,=-]+")


def is_below(path: str, folder: str) -> bool:
    """Tell whether a path is a folder or lies in it; both are whole, without `..`, and `.` has all in it."""
    return folder == "." or f"{path}/".startswith(f"{folder.rstrip('/')}/")


def is_plain(path: str) -> bool:
    """Tell whether a path can be written into a Dockerfile as it is: neither reads a sign of it as more."""
    return _PLAIN.fullmatch(path) is not None
