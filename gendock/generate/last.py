"""What gendock wrote last, kept in `.gendock.lock`: without it, edits by hand and its own look the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gendock.errors import GendockError
from gendock.generate.plan import PlannedFile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LAST_FILE = ".gendock.lock"
_VERSION = 1
_ABOUT = "What gendock wrote last: `gendock update` merges by it. Commit this file; edit the others."
_MAX_BYTES = 4 * 1024 * 1024


def last_file(files: Iterable[PlannedFile]) -> PlannedFile:
    """The file that keeps the texts of others, a line each, so that its changes can be read."""
    texts = {file.path: file.text.split("\n") for file in files}
    content = {"about": _ABOUT, "version": _VERSION, "files": texts}
    return PlannedFile(LAST_FILE, json.dumps(content, indent=1) + "\n")


def read_last(folder: Path) -> dict[str, str]:
    """The texts that gendock wrote last, by their paths; empty where nothing is kept.

    Raises:
        GendockError: the file is not what gendock wrote.
    """
    path = folder / LAST_FILE
    if not path.is_file():
        return {}
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise GendockError(f"{path} is too large to be what gendock wrote: take it from git again")
        content = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise GendockError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, RecursionError):
        content = None
    files = content.get("files") if isinstance(content, dict) else None
    if not isinstance(files, dict) or not all(_is_text(lines) for lines in files.values()):
        raise GendockError(f"{path} is not what gendock wrote: take it from git again, or delete it")
    return {name: "\n".join(lines) for name, lines in files.items()}


def _is_text(lines: object) -> bool:
    return isinstance(lines, list) and all(isinstance(line, str) for line in lines)
