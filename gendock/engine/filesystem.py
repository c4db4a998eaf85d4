"""An image's files: their names, modes and first bytes, read in one pass over an exported container.

Nothing in the image runs for this, so an image without a shell is read like any other.
"""

from __future__ import annotations

import io
import posixpath
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

HEAD = 4096  # bytes kept of every executable file
_LINKS = 40  # symbolic links followed in one path before it counts as a loop, as Linux does


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in the tree.

    Attributes:
        kind: `file`, `folder`, `link` or `other`.
        mode: permission bits.
        uid: the owner.
        size: bytes.
        target: where a link leads.
        head: the first bytes of an executable file.
    """

    kind: str
    mode: int
    uid: int
    size: int
    target: str = ""
    head: bytes = b""


class FileTree:
    """The files of an image by absolute path."""

    def __init__(self, entries: dict[str, Entry]) -> None:
        """Hold `entries`, whose keys are absolute paths without `.` and `..`."""
        self._entries = entries

    @classmethod
    def from_tar(cls, chunks: Iterable[bytes]) -> FileTree:
        """Read a tar archive as it comes; nothing is written to disk, no file is kept whole."""
        entries: dict[str, Entry] = {}
        with tarfile.open(fileobj=_Chunks(iter(chunks)), mode="r|") as tar:
            for member in tar:
                path = posixpath.normpath("/" + member.name)
                entries[path] = _entry(tar, member, entries)
                tar.members = []  # type: ignore[attr-defined]  # tarfile would keep every member
        return cls(entries)

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


class _Chunks(io.RawIOBase):
    """A readable file over pieces of bytes."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        pieces, have = [self._rest], len(self._rest)
        while size < 0 or have < size:
            piece = next(self._chunks, None)
            if piece is None:
                break
            pieces.append(piece)
            have += len(piece)
        data = b"".join(pieces)
        end = len(data) if size < 0 else size
        self._rest = data[end:]
        return data[:end]


def _entry(tar: tarfile.TarFile, member: tarfile.TarInfo, entries: dict[str, Entry]) -> Entry:
    if member.issym():
        return Entry("link", member.mode, member.uid, 0, member.linkname)
    if member.islnk():  # a hard link is the file itself
        same = entries.get(posixpath.normpath("/" + member.linkname))
        return same or Entry("other", member.mode, member.uid, 0)
    if member.isdir():
        return Entry("folder", member.mode, member.uid, 0)
    if not member.isreg():
        return Entry("other", member.mode, member.uid, 0)
    head = b""
    if member.mode & 0o111:
        file = tar.extractfile(member)
        head = file.read(HEAD) if file else b""
    return Entry("file", member.mode, member.uid, member.size, "", head)
