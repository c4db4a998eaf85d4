"""The files of a stage at one of its instructions, as far as the Dockerfile tells."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from gendock.lint.paths import is_below

if TYPE_CHECKING:
    from gendock.dockerfile import Instruction, Stage
    from gendock.lint.gobuild.go_calls import GoCall

ANYWHERE = "/"


class Entry(Struct, frozen=True):
    """A file or folder in a stage.

    Attributes:
        stage: the stage in which it was made, or into which the build context's file first came.
        by: the instruction that did it.
        source: the file or folder of the repository that it is a copy of; None for others.
        built: the go command that wrote it.
        is_folder: it is a folder.
    """

    stage: Stage
    by: Instruction
    source: str | None = None
    built: GoCall | None = None
    is_folder: bool = False


class Tree(Struct, frozen=True, dict=True):
    """What is where: a layer of changes on another tree.

    Attributes:
        below: the tree before the changes.
        added: what the layer puts in, by its path in the stage.
        removed: what it takes away first, with all that lies below.
        unknown: folders into which it may have put more than `added`; `/` for anywhere.
    """

    below: Tree | None = None
    added: Mapping[str, Entry] = {}
    removed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """All that is known to be there, by its path."""
        if self.below is None:
            return self.added
        if not self.added and not self.removed:
            return self.below.entries
        kept = dict(self.below.entries)
        for gone in self.removed:
            for path in [path for path in kept if is_below(path, gone)]:
                del kept[path]
        return {**kept, **self.added}

    @cached_property
    def _folders(self) -> frozenset[str]:
        found: set[str] = set()
        for path, entry in self.entries.items():
            folder = path if entry.is_folder else posixpath.dirname(path)
            while folder not in found:
                found.add(folder)
                folder = posixpath.dirname(folder)
        return frozenset(found)

    @cached_property
    def all_unknown(self) -> frozenset[str]:
        """The folders in which there may be more than is known."""
        above = self.below.all_unknown if self.below is not None else frozenset()
        return above.union(self.unknown)

    def get(self, path: str) -> Entry | None:
        """Return what is at a path; None where nothing is known to be, or only a folder of other entries."""
        return self.entries.get(path)

    def has(self, path: str) -> bool:
        """Tell whether a file or folder is surely there."""
        return path in self.entries or path in self._folders or path == "/"

    def is_folder(self, path: str) -> bool:
        """Tell whether a folder is surely there."""
        return path in self._folders or path == "/"

    def may_have(self, path: str) -> bool:
        """Tell whether something may be at a path: it is there, or nobody can tell."""
        return self.has(path) or any(is_below(path, folder) for folder in self.all_unknown)

    def may_have_below(self, folder: str) -> bool:
        """Tell whether a folder may hold more than is known."""
        return any(is_below(folder, one) or is_below(one, folder) for one in self.all_unknown)

    def files_below(self, folder: str) -> Iterator[tuple[str, Entry]]:
        """Yield what is known to be in a folder, at any depth; the entry of the path itself, too."""
        if folder == "/":
            yield from self.entries.items()
            return
        start = f"{folder}/"
        for path, entry in self.entries.items():
            if path == folder or path.startswith(start):
                yield path, entry

    def find_source(self, source: str) -> str | None:
        """Return the path of the copy of a repository's file; None where no copy is known."""
        return self._by_source.get(source)

    @cached_property
    def _by_source(self) -> dict[str, str]:
        return {entry.source: path for path, entry in self.entries.items() if entry.source is not None}

    def changed(
        self,
        added: Mapping[str, Entry],
        *,
        removed: tuple[str, ...] = (),
        unknown: tuple[str, ...] = (),
    ) -> Tree:
        """Return the tree with changes; itself where there are none."""
        if not (added or removed or unknown):
            return self
        return Tree(self, added, removed, unknown)
