"""The files of a stage at one of its instructions, as far as the Dockerfile tells."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from gendock.lint.gobuild.known_programs import SYSTEM_FOLDERS
from gendock.lint.paths import is_below

if TYPE_CHECKING:
    from gendock.dockerfile import Instruction, Stage
    from gendock.lint.gobuild.go_calls import GoCall

ANYWHERE = "/"
# More than a repository may hold.
MOST_ENTRIES = 250_000
# Where people put their own folders, although base images and packages may have something there...
_FREE = ("/go/src", "/home", "/mnt", "/opt", "/srv", "/usr/src", "/var/app", "/var/www")
# ... which is no reason to take more for possible in a folder that WORKDIR or mkdir made.
_NOT_IN_MADE = frozenset({"/go", *SYSTEM_FOLDERS})


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
        size: the number of entries, counted so that it is never too low.
    """

    below: Tree | None = None
    added: Mapping[str, Entry] = {}
    removed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    size: int = 0

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """All that is known to be there, by its path."""
        known, layers = self._since("entries")
        if known is not None and not any(layer.added or layer.removed for layer in layers):
            return known.entries
        found = {} if known is None else dict(known.entries)
        for layer in layers:
            if layer.removed:
                gone = frozenset(layer.removed)
                for path in [path for path in found if not gone.isdisjoint(_with_parents(path))]:
                    del found[path]
            found.update(layer.added)
        return found

    @cached_property
    def folders(self) -> frozenset[str]:
        """The folders that are surely there."""
        known, layers = self._since("folders")
        if known is None or any(layer.removed for layer in layers):
            return _folders_of(self.entries, frozenset())
        found = known.folders
        for layer in layers:
            found = _folders_of(layer.added, found) if layer.added else found
        return found

    @cached_property
    def all_unknown(self) -> frozenset[str]:
        """The folders in which there may be more than is known."""
        known, layers = self._since("all_unknown")
        found = frozenset() if known is None else known.all_unknown
        return found.union(*(layer.unknown for layer in layers))

    def _since(self, name: str) -> tuple[Tree | None, list[Tree]]:
        """Return the nearest tree that has a property worked out, and the layers above it, the lowest first.

        A Dockerfile may have thousands of layers: too many to ask one for the next.
        """
        layers: list[Tree] = []
        tree: Tree | None = self
        while tree is not None and name not in vars(tree):
            layers.append(tree)
            tree = tree.below
        return tree, layers[::-1]

    def get(self, path: str) -> Entry | None:
        """Return what is at a path; None where nothing is known to be, or only a folder of other entries."""
        return self.entries.get(path)

    def has(self, path: str) -> bool:
        """Tell whether a file or folder is surely there."""
        return path in self.entries or path in self.folders or path == "/"

    def is_folder(self, path: str) -> bool:
        """Tell whether a folder is surely there."""
        return path in self.folders or path == "/"

    def may_have(self, path: str) -> bool:
        """Tell whether something may be at a path: it is there, or nobody can tell."""
        if self.has(path):
            return True
        made = any(is_below(path, folder) for folder in self._made)
        return any(
            is_below(path, folder) for folder in self.all_unknown if not (made and folder in _NOT_IN_MADE)
        )

    @cached_property
    def _made(self) -> tuple[str, ...]:
        """The folders that the Dockerfile makes where base images and packages have nothing of that name."""
        return tuple(
            path
            for path, entry in self.entries.items()
            if entry.is_folder and any(path.startswith(f"{place}/") for place in _FREE)
        )

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
        """Return the tree with changes; itself where there are none.

        Of more files than anybody copies, nothing is known any more: stages that copy each other twice would
        double them without end.
        """
        if not (added or removed or unknown):
            return self
        size = self.size + len(added)
        if size > MOST_ENTRIES:
            return Tree(unknown=(ANYWHERE,))
        return Tree(self, added, removed, unknown, size)


def _folders_of(entries: Mapping[str, Entry], known: frozenset[str]) -> frozenset[str]:
    """Return the folders that entries are or lie in, and those that are known."""
    found = set(known)
    for path, entry in entries.items():
        folder = path if entry.is_folder else posixpath.dirname(path)
        while folder not in found:
            found.add(folder)
            folder = posixpath.dirname(folder)
    return frozenset(found)


def _with_parents(path: str) -> Iterator[str]:
    yield path
    while path != "/":
        path = posixpath.dirname(path)
        yield path
