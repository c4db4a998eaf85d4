"""The files of an image as a container sees them: its layers, one upon the other.

Nothing in the image runs for this, so an image without a shell is read like any other.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gendock.engine.layers import Entry, Layer

_FOLDER = Entry("folder", 0o755, 0, 0)
_LINKS = 40  # symbolic links followed in one path before it counts as a loop, as Linux does


@dataclass(frozen=True, slots=True)
class Wasted:
    """A file that a layer holds and no container sees.

    Attributes:
        path: its name.
        size: bytes.
        layer: the layer's number, from 0.
        by: the number of the layer that took it away or wrote it anew.
    """

    path: str
    size: int
    layer: int
    by: int


class FileTree:
    """The files of an image by absolute path."""

    def __init__(self, entries: dict[str, Entry], wasted: tuple[Wasted, ...] = ()) -> None:
        """Hold `entries`, whose keys are absolute paths without `.` and `..`."""
        self._entries = entries
        self.wasted = wasted

    @classmethod
    def of_layers(cls, layers: Sequence[Layer]) -> FileTree:
        """Put layers one upon the other, the lowest first."""
        entries: dict[str, Entry] = {}
        origin: dict[str, int] = {}
        wasted: list[Wasted] = []

        def drop(path: str, by: int) -> None:
            entry, layer = entries.pop(path), origin.pop(path)
            if entry.kind == "file" and entry.size:
                wasted.append(Wasted(path, entry.size, layer, by))

        for number, layer in enumerate(layers):
            covered = {
                path
                for path, entry in layer.entries.items()
                if entry.kind != "folder" and path in entries and entries[path].kind == "folder"
            }
            gone = layer.removed | covered
            if gone or layer.emptied:
                for path in [path for path in entries if _is_below(path, gone, layer.emptied)]:
                    drop(path, number)
            for path, entry in layer.entries.items():
                if path in entries:
                    drop(path, number)
                entries[path], origin[path] = entry, number
            for path in layer.entries:  # some builders leave out the folders
                while (path := posixpath.dirname(path)) not in entries:
                    entries[path], origin[path] = _FOLDER, number
        return cls(entries, tuple(wasted))

    def __len__(self) -> int:
        """Count the names."""
        return len(self._entries)

    def __iter__(self) -> Iterator[tuple[str, Entry]]:
        """Yield every path with its entry."""
        return iter(self._entries.items())

    def find(self, path: str) -> tuple[str, Entry] | None:
        """Return the real path and entry of `path`, symbolic links followed inside of the tree."""
        left = _LINKS
        parts = [part for part in path.split("/") if part not in ("", ".")][::-1]
        here = "/"
        while parts:
            part = parts.pop()
            if part == "..":
                here = posixpath.dirname(here)
                continue
            step = posixpath.join(here, part)
            entry = self._entries.get(step)
            if entry is None:
                return None
            if entry.kind != "link":
                here = step
                continue
            left -= 1
            if not left:
                return None
            if entry.target.startswith("/"):
                here = "/"
            parts += [piece for piece in entry.target.split("/") if piece not in ("", ".")][::-1]
        entry = self._entries.get(here)
        return (here, entry) if entry else None

    def find_command(self, word: str, path: str, folder: str) -> tuple[str, Entry] | None:
        """Return what starting `word` would run: by its path, or looked up in PATH as runc does."""
        if "/" in word:
            return self.find(posixpath.join(folder or "/", word))
        for place in path.split(":"):
            found = self.find(posixpath.join(folder or "/", place, word))
            if found and found[1].kind == "file" and found[1].mode & 0o111:
                return found
        return None


def _is_below(path: str, gone: frozenset[str], emptied: frozenset[str]) -> bool:
    """Say whether a path is one of `gone` or below it, or below one of `emptied`."""
    if path in gone:
        return True
    while path != "/":
        path = posixpath.dirname(path)
        if path in gone or path in emptied:
            return True
    return False
