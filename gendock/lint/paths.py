"""Paths in an image, compared part by part."""

from __future__ import annotations


def is_below(path: str, folder: str) -> bool:
    """Tell whether a path is a folder or lies in it; both are whole, and without `..`."""
    return f"{path}/".startswith(f"{folder.rstrip('/')}/")
