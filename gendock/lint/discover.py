"""Which files are Dockerfiles: the named ones, and those in the named folders that git does not ignore."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from gendock.errors import GendockError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from gendock.lint.settings import Settings

_NAMES = ("dockerfile", "containerfile")
# `dockerfile.go` and `dockerfile.min.js` are programs that read or show Dockerfiles; `Dockerfile.go` is one.
_SOURCES = (
    *".go .js .ts .py .rb .rs .java .lua .vim .css .ex .exs .erl .php .cs .kt .swift .scala .clj .hs".split(),
    *".c .cc .cpp .h .dart .pl .sh".split(),
)
# Texts about Dockerfiles, and what others are made of: no build reads them as they are.
_NO_DOCKERFILES = (
    *".dockerignore .containerignore .html .md .json .yml .yaml".split(),
    *".ejs .erb .eex .gotmpl .hbs .j2 .jinja .jinja2 .m4 .mustache .ncl .njk .template .tmpl .tpl".split(),
)
_NEVER = (".git", ".hg", ".svn")
_GIT_IGNORE = ".gitignore"


def is_dockerfile_name(name: str) -> bool:
    """Tell whether a file of that name is taken for a Dockerfile: `Dockerfile.dev`, `api.Dockerfile`, ..."""
    folded = name.casefold()
    if folded.endswith(_NO_DOCKERFILES):
        return False
    if name.startswith("dockerfile.") and folded.endswith(_SOURCES):
        return False
    before, _, _ = folded.partition(".")
    _, _, behind = folded.rpartition(".")
    return before in _NAMES or behind in _NAMES


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
    # Names as text: a tree may have very many, and a path for each takes longer than to look at them.
    whole = os.path.realpath(top)
    waiting = [(os.fspath(top), whole, _ignoring_above(whole))]
    while waiting:
        shown, here, ignoring = waiting.pop()
        try:
            entries = sorted(os.scandir(shown), key=lambda entry: entry.name)
        except OSError:
            continue
        if any(entry.name == _GIT_IGNORE for entry in entries):
            ignoring = ignoring.with_those_of(here)
        inside: list[tuple[str, str, _Ignoring]] = []
        for entry in entries:
            path = os.path.join(here, entry.name)  # noqa: PTH118
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _NEVER and not ignoring.has(path, folder=True):
                    inside.append((entry.path, path, ignoring))
                continue
            if not is_dockerfile_name(entry.name) or ignoring.has(path, folder=False):
                continue
            if _is_file_of(entry, whole):
                yield Path(entry.path)
        waiting += reversed(inside)


def _is_file_of(entry: os.DirEntry[str], whole: str) -> bool:
    """Tell whether an entry is a file, or a link to one in the same folder at any depth."""
    try:
        if not entry.is_file():
            return False
    except OSError:
        return False
    return not entry.is_symlink() or Path(entry.path).resolve().is_relative_to(whole)


class _Ignoring(Struct, frozen=True):
    """What the .gitignore files that count for a folder say, each with its folder, the outermost first."""

    specs: tuple[tuple[str, GitIgnoreSpec], ...] = ()

    def with_those_of(self, folder: str) -> _Ignoring:
        """Return the same with the file in a folder further down, if there is one."""
        spec = _read_gitignore(Path(folder) / _GIT_IGNORE)
        return self if spec is None else _Ignoring((*self.specs, (folder, spec)))

    def has(self, path: str, *, folder: bool) -> bool:
        """Tell whether git ignores a path; the deepest file that speaks of it decides."""
        verdict = False
        for above, spec in self.specs:
            relative = path[len(above) :].lstrip(os.sep).replace(os.sep, "/")
            answer = spec.check_file(f"{relative}/" if folder else relative).include
            verdict = verdict if answer is None else answer
        return verdict


def _ignoring_above(top: str) -> _Ignoring:
    """Return what the .gitignore files from the repository's root down to a folder say, without its own."""
    path = Path(top)
    above = [path, *path.parents]
    root = next((at for at, folder in enumerate(above) if (folder / ".git").exists()), 0)
    ignoring = _Ignoring()
    for folder in reversed(above[1 : root + 1]):
        ignoring = ignoring.with_those_of(str(folder))
    # Somebody named a folder that git ignores: what the files above it say of it is overruled.
    return _Ignoring() if ignoring.has(top, folder=True) else ignoring


def _read_gitignore(path: Path) -> GitIgnoreSpec | None:
    if path.is_symlink() or not path.is_file():  # git follows no link here either; a pipe would never end
        return None
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)
