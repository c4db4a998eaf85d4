"""Writes a plan's files: all or nothing, each by one atomic step."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from gendock.errors import GendockError, RefusedError
from gendock.files import written_beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gendock.generate.plan import PlannedFile

State = Literal["new", "same", "differs"]


@dataclass(frozen=True, slots=True)
class Target:
    """A planned file beside what stands in its place now."""

    path: str
    text: str
    state: State
    diff: str


def compare(folder: Path, files: Sequence[PlannedFile]) -> tuple[Target, ...]:
    """Compare planned files with the folder; nothing is written.

    Raises:
        RefusedError: something stands in a file's place that is no regular file.
        GendockError: a file cannot be read.
    """
    return tuple(_target(folder, file) for file in files)


def write_files(folder: Path, files: Sequence[PlannedFile], *, force: bool = False) -> tuple[Target, ...]:
    """Write the files that are not there yet or differ. All are judged before the first is written.

    Args:
        folder: where they go.
        files: the plan's files.
        force: overwrite files that differ.

    Returns:
        What was found before anything was written.

    Raises:
        RefusedError: a file differs and `force` is not set, or something else stands in its place.
        GendockError: the folder cannot be written to. Files that were already replaced are put back.
    """
    targets = compare(folder, files)
    differing = [target.path for target in targets if target.state == "differs"]
    if differing and not force:
        raise RefusedError(f"{' and '.join(differing)} would change: --force overwrites")
    changed = [target for target in targets if target.state != "same"]
    ready: list[tuple[Path, Path, bytes | None]] = []
    try:
        for target in changed:
            path = folder / target.path
            before = path.read_bytes() if path.exists() else None
            ready.append((written_beside(path, target.text.encode()), path, before))
        _replace(ready)
    except OSError as error:
        raise GendockError(f"{folder} cannot be written to: {error.strerror}") from error
    finally:
        for temporary, _, _ in ready:
            temporary.unlink(missing_ok=True)
    return targets


def _replace(ready: Sequence[tuple[Path, Path, bytes | None]]) -> None:
    """Move every temporary file to its place; where one fails, put the ones before it back."""
    done: list[tuple[Path, bytes | None]] = []
    try:
        for temporary, path, before in ready:
            temporary.replace(path)
            done.append((path, before))
    except OSError:
        for path, before in done:
            if before is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(before)
        raise


def _target(folder: Path, file: PlannedFile) -> Target:
    path = folder / file.path
    if path.is_symlink():
        raise RefusedError(
            f"{file.path} is a link to {str(path.readlink())!a}: gendock writes through no link"
        )
    if not path.exists():
        return Target(file.path, file.text, "new", _diff(file.path, "", file.text))
    if not path.is_file():
        raise RefusedError(f"{file.path} is there and is no file")
    try:
        before = path.read_bytes()
    except OSError as error:
        raise GendockError(f"{file.path} cannot be read: {error.strerror}") from error
    state: State = "same" if before == file.text.encode() else "differs"
    return Target(file.path, file.text, state, _diff(file.path, before.decode(errors="replace"), file.text))


def _diff(path: str, before: str, after: str) -> str:
    old = "/dev/null" if not before else f"a/{path}"
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), old, f"b/{path}", lineterm="")
    return "\n".join(lines)
