"""Which files are Dockerfiles: the named ones, and those in the named folders that git does not ignore."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gendock.errors import GendockError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from gendock.lint.settings import Settings

_NAMES = ("dockerfile", "containerfile")
_NEVER = (".git", ".hg", ".svn")


def is_dockerfile_name(name: str) -> bool:
    """Tell whether a file of that name is taken for a Dockerfile: `Dockerfile.dev`, `api.Dockerfile`, ..."""
    folded = name.casefold()
    if folded.endswith((".dockerignore", ".containerignore")):
        return False
    return folded in _NAMES or folded.startswith("dockerfile.") or folded.endswith(".dockerfile")


def find_dockerfiles(
    paths: Sequence[Path], settings_of: Callable[[Path], Settings], *, force_exclude: bool = False
) -> list[Path]:
    """Return the files to lint, each once, in the order of the paths and sorted within a folder.

    Args:
        paths: files and folders.
        settings_of: gives the settings for a file, which may exclude it while a folder is searched.
        force_exclude: let the settings exclude files as well that are named themselves.

    Raises:
        GendockError: a path that was named is not there, or is neither a file nor a folder.
    """
    found: dict[Path, None] = {}
    for path in paths:
        try:
            mode = path.stat().st_mode
        except OSError as error:
            raise GendockError(f"cannot read {path}: {error.strerror}") from None
        if stat.S_ISDIR(mode):
            found.update((one, None) for one in _in_folder(path) if not settings_of(one).excludes(one))
        elif stat.S_ISREG(mode):
            if not (force_exclude and settings_of(path).excludes(path)):
                found[path] = None
        else:
            raise GendockError(f"cannot read {path}: it is neither a file nor a folder")
    return list(found)


def _in_folder(top: Path) -> Iterator[Path]:
    """Walk a folder, without leaving it by a link and without what git ignores."""
    whole = top.resolve()
    ignored = GitIgnored(whole)
    for folder, folders, names in os.walk(top):
        here = Path(folder)
        resolved = here.resolve()
        folders[:] = sorted(
            name for name in folders if name not in _NEVER and not ignored.has(resolved / name, folder=True)
        )
        for name in sorted(filter(is_dockerfile_name, names)):
            path = here / name
            if ignored.has(resolved / name, folder=False) or not path.is_file():
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(whole):
                continue
            yield path


class GitIgnored:
    """What the .gitignore files from the repository's root down say of a path."""

    def __init__(self, top: Path) -> None:
        """Take the resolved folder to look in."""
        self._specs: dict[Path, GitIgnoreSpec | None] = {}
        above = [top, *top.parents]
        root = next((folder for folder in above if (folder / ".git").exists()), top)
        self._root = root
        if top != root and self.has(top, folder=True):
            # Somebody named a folder that git ignores: what the files above it say of it is overruled.
            self._root = top

    def has(self, path: Path, *, folder: bool) -> bool:
        """Tell whether git ignores a path; the deepest file that speaks of it decides."""
        verdict = False
        for parent in reversed(path.parents):
            if not parent.is_relative_to(self._root):
                continue
            spec = self._spec(parent)
            if spec is None:
                continue
            relative = path.relative_to(parent).as_posix() + ("/" if folder else "")
            answer = spec.check_file(relative).include
            verdict = verdict if answer is None else answer
        return verdict

    def _spec(self, folder: Path) -> GitIgnoreSpec | None:
        if folder not in self._specs:
            self._specs[folder] = _read_gitignore(folder / ".gitignore")
        return self._specs[folder]


def _read_gitignore(path: Path) -> GitIgnoreSpec | None:
    if path.is_symlink() or not path.is_file():  # git follows no link here either; a pipe would never end
        return None
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)
