"""The Go repository around a Dockerfile: its modules, packages and programs, read when a rule asks."""

from __future__ import annotations

import os
import posixpath
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from gendock.errors import GendockError
from gendock.lint.mistake import Related

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from gendock.golang import Evidence, GoProject, Module, Program, Workspace
    from gendock.golang.folder import Folder, Listing
    from gendock.golang.packages import Package, Packages

_MOST_UPWARD = 8
_FOREIGN = frozenset(("vendor", "testdata", "node_modules"))
_MARKS = ("go.mod", "go.work")


class Ground(Struct, frozen=True, dict=True):
    """What a folder holds, whichever Dockerfile is looked at."""

    folder: Folder
    listing: Listing

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """Every module but those of vendor and test data, the outermost first; unreadable ones are not."""
        from gendock.golang.modules import every_module

        return every_module(self.folder, self.listing)

    @cached_property
    def workspace(self) -> Workspace | None:
        """What go.work at the top says, where there is one that can be read."""
        from gendock.golang.modules import top_workspace

        return top_workspace(self.folder, self.listing)

    @cached_property
    def packages(self) -> Packages:
        """The packages of all modules."""
        from gendock.golang.packages import Packages

        return Packages(self.folder, self.listing.files, self.modules)

    @cached_property
    def project(self) -> GoProject | None:
        """What `gendock init` would know; None where that finds no program."""
        return self._read_project(None)

    @cached_property
    def files(self) -> frozenset[str]:
        """The regular files, as a set."""
        return frozenset(self.listing.files)

    @cached_property
    def ignoring(self) -> tuple[tuple[str, GitIgnoreSpec], ...]:
        """What each .gitignore says, with its folder, the outermost first."""
        from pathspec import GitIgnoreSpec

        found = [path for path in self.listing.files if posixpath.basename(path) == ".gitignore"]
        return tuple(
            (posixpath.dirname(path) or ".", GitIgnoreSpec.from_lines((self.text(path) or "").splitlines()))
            for path in sorted(found, key=lambda path: path.count("/"))
        )

    @cached_property
    def _programs(self) -> dict[str, Program | None]:
        found = self.project.programs if self.project is not None else ()
        return {program.package: program for program in found}

    def program(self, package: str) -> Program | None:
        """Return the facts of the program in a folder; None where there is none, or another module's."""
        if package not in self._programs:
            known = self.packages.get(package)
            is_program = known is not None and any(file.main_line is not None for file in known.files)
            project = self._read_project(package) if is_program else None
            found = project.programs if project is not None else ()
            self._programs[package] = next((one for one in found if one.package == package), None)
        return self._programs[package]

    def text(self, path: str) -> str | None:
        """Return the text of a file; None where it is not there."""
        content = self.folder.read(path)
        return None if content is None else content.decode("utf-8", "replace")

    def _read_project(self, named: str | None) -> GoProject | None:
        from gendock.golang.kept import kept_project

        try:
            return kept_project(self.folder.root, named=named)
        except GendockError:
            return None


class Repository(Struct, frozen=True):
    """The folder that holds the modules, the Dockerfile and the build context.

    All paths are relative to it; `below` is the folder that the Dockerfile stands in.
    """

    ground: Ground
    below: str

    @property
    def folder(self) -> Folder:
        """The folder itself."""
        return self.ground.folder

    @property
    def listing(self) -> Listing:
        """Its files and folders."""
        return self.ground.listing

    @property
    def files(self) -> frozenset[str]:
        """Its regular files, as a set."""
        return self.ground.files

    @property
    def modules(self) -> tuple[Module, ...]:
        """Every module but those of vendor and test data, the outermost first; unreadable ones are not."""
        return self.ground.modules

    @property
    def workspace(self) -> Workspace | None:
        """What go.work at the top says, where there is one that can be read."""
        return self.ground.workspace

    @property
    def packages(self) -> Packages:
        """The packages of all modules."""
        return self.ground.packages

    @property
    def project(self) -> GoProject | None:
        """What `gendock init` would know of the repository; None where that finds no program."""
        return self.ground.project

    def program(self, package: str) -> Program | None:
        """Return the facts of the program in a folder; None where there is none, or another module's."""
        return self.ground.program(package)

    def package(self, folder: str) -> Package | None:
        """Return the package in a folder, if it has Go files that build for linux."""
        return self.ground.packages.get(folder)

    def module_of(self, folder: str) -> Module | None:
        """Return the module that a folder belongs to."""
        by_folder = {module.folder: module for module in self.modules}
        while folder not in by_folder:
            if folder in ("", "."):
                return None
            folder = posixpath.dirname(folder) or "."
        return by_folder[folder]

    def is_ignored_by_git(self, path: str) -> bool:
        """Tell whether git keeps no copy of a path: the deepest .gitignore that speaks of it decides."""
        verdict = False
        for folder, spec in self.ground.ignoring:
            if folder == "." or path.startswith(f"{folder}/"):
                answer = spec.check_file(path if folder == "." else path.removeprefix(f"{folder}/")).include
                verdict = verdict if answer is None else answer
        return verdict

    def text(self, path: str) -> str | None:
        """Return the text of a file; None where it is not there."""
        return self.ground.text(path)

    def related(self, evidence: Evidence, message: str, word: str = "") -> tuple[Related, ...]:
        """Return a place of the repository for a finding to show: a word of its line, or all of the line."""
        lines = (self.text(evidence.path) or "").splitlines()
        if not 0 < evidence.line <= len(lines):
            return ()
        line = lines[evidence.line - 1]
        at = line.find(word) if word else -1
        start = at if at >= 0 else len(line) - len(line.lstrip())
        end = at + len(word) if at >= 0 else len(line.rstrip())
        path = posixpath.relpath(evidence.path, self.below)
        return (Related(path, evidence.line, start + 1, end + 1, line, message),)


def module_folder(start: Path) -> Path | None:
    """Return the folder of the module or workspace that a folder belongs to, or that lies below it.

    A folder of somebody else's code in vendor/, or of test data, belongs to none.
    """
    if not _FOREIGN.isdisjoint(start.parts):
        return None
    folders = upward(start)
    holder: Path | None = None
    for folder in folders:
        if _has(folder, "go.work"):
            return folder
        if holder is None and _has(folder, "go.mod"):
            holder = folder
    if holder is not None:
        return holder
    return next((folder for folder in folders if _holds_modules(os.fspath(folder))), None)


def upward(start: Path) -> list[Path]:
    """Return a folder and those above it, up to the one that holds .git; itself where none does."""
    found = [start, *start.parents][: _MOST_UPWARD + 1]
    for at, folder in enumerate(found):
        if os.path.exists(os.path.join(folder, ".git")):  # noqa: PTH110, PTH118 - as `_has`
            return found[: at + 1]
    marked = [at for at, folder in enumerate(found) if any(_has(folder, mark) for mark in _MARKS)]
    return found[: marked[-1] + 1] if marked else [start]


def read_repository(root: Path, dockerfile: Path, state: bytes | None) -> Repository | None:
    """Read what a folder holds; None where that is too much, or not to be read.

    Args:
        root: the folder.
        dockerfile: the folder that the Dockerfile stands in.
        state: what changes with any file in the folder: as long as it is the same, nothing is read again.
    """
    ground = _ground(root, state)
    below = posixpath.normpath(os.path.relpath(dockerfile, root).replace(os.sep, "/"))
    return None if ground is None else Repository(ground, below)


@lru_cache(maxsize=4)
def _ground(root: Path, state: bytes | None) -> Ground | None:
    del state
    from gendock.golang.folder import Folder

    try:
        folder = Folder(root)
        return Ground(folder, folder.listing())
    except GendockError:
        return None


def _has(folder: Path, name: str) -> bool:
    """Tell whether a file is in a folder."""
    return os.path.isfile(os.path.join(folder, name))  # noqa: PTH113, PTH118 - asked for each file, and quicker


def _holds_modules(folder: str) -> bool:
    """Tell whether a go.mod is one or two folders further down."""
    below = _folders_in(folder)
    further = (inner for one in below for inner in _folders_in(one))
    return any(os.path.isfile(os.path.join(one, "go.mod")) for one in chain(below, further))  # noqa: PTH113, PTH118


def _folders_in(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries if entry.is_dir()]
    except OSError:
        return []
