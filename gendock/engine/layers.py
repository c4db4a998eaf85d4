"""One layer of an image: its names, read from a tar archive as it comes.

An image may come from anybody. Nothing of it is written to disk, no link is followed, no file is kept whole,
and what a layer can cost is bounded: its names, its headers, and by the deadline its bytes.
"""

from __future__ import annotations

import posixpath
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from gendock.engine.deadline import Deadline
from gendock.engine.elf import ARCHIVE
from gendock.errors import GendockError

HEAD = 4096  # bytes kept of every executable file
_MOST_TEXT = 2**20  # bytes kept of a file that says who has an account, and of a tar header
_MOST_NAMES = 2_000_000
_MOST_CHARACTERS = 2**28  # of all names together
_CHUNK = 2**16
_ACCOUNTS = frozenset(("/etc/passwd", "/etc/shadow", "/etc/group"))
_MOST_KEY = 2**16  # bytes of a file that may be a private key
_KEY = re.compile(
    rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----\s+(?:\S+: .*\s+)*[A-Za-z0-9+/]{20}"
)
_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"

_DAMAGE = (tarfile.TarError, EOFError, OSError, ValueError, OverflowError, RecursionError, zlib.error)

Read = Callable[[int], bytes]


class UnreadableImageError(GendockError):
    """An image's archive is damaged, no archive at all, or larger than anything real."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in an image.

    Attributes:
        kind: `file`, `folder`, `link` or `other`.
        mode: permission bits.
        uid: the owner.
        size: bytes.
        target: where a link leads.
        head: the first bytes of an executable file, and the text of those that list accounts.
        gid: the group.
        is_key: whether it begins as a private key does.
    """

    kind: str
    mode: int
    uid: int
    size: int
    target: str = ""
    head: bytes = b""
    gid: int = 0
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class Layer:
    """What one instruction put into an image.

    Attributes:
        entries: by absolute path, without `.` and `..`.
        removed: paths of the layers below that it takes away.
        emptied: folders of which it takes away all that the layers below put in.
        size: bytes of its files.
        made_by: the instruction, as the image's history has it.
    """

    entries: dict[str, Entry]
    removed: frozenset[str] = frozenset()
    emptied: frozenset[str] = frozenset()
    size: int = 0
    made_by: str = ""


@dataclass(slots=True)
class ForwardReader:
    """What `tarfile` needs of a file, over bytes that come once; no single read may be large."""

    source: Read
    deadline: Deadline | None = None
    at: int = field(default=0, init=False)

    def read(self, size: int = -1) -> bytes:
        """Return `size` bytes, fewer at the end.

        Raises:
            UnreadableImageError: a header wants more than any header has.
        """
        if not 0 <= size <= _MOST_TEXT:
            raise UnreadableImageError("the image's archive has a header of more than a megabyte")
        pieces: list[bytes] = []
        while size > 0 and (piece := self.source(size)):
            pieces.append(piece)
            size -= len(piece)
            self.at += len(piece)
        return b"".join(pieces)

    def tell(self) -> int:
        """Return how many bytes were read."""
        return self.at

    def seek(self, to: int) -> int:
        """Pass over all up to `to`.

        Raises:
            UnreadableImageError: that would be backwards, or the time is over.
        """
        if to < self.at:
            raise UnreadableImageError("the image's archive leads back to its own beginning")
        while self.at < to and (piece := self.source(min(_CHUNK, to - self.at))):
            self.at += len(piece)
            if self.deadline and self.deadline.passed:
                raise UnreadableImageError(
                    f"reading the image took longer than {self.deadline.seconds:g} s (--timeout)"
                )
        return self.at


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise UnreadableImageError(f"the image's archive cannot be read: {error}") from error


def open_tar(reader: ForwardReader) -> tarfile.TarFile:
    """Open an archive that is read once, from its beginning to its end.

    Raises:
        UnreadableImageError: it is none.
    """
    with _damage_told():
        return tarfile.TarFile(fileobj=reader, mode="r", errors="surrogateescape")  # type: ignore[arg-type]


def next_member(tar: tarfile.TarFile) -> tarfile.TarInfo | None:
    """Return the next member, None at the end.

    Raises:
        UnreadableImageError: there is something else.
    """
    with _damage_told():
        member = tar.next()
    tar.members = []  # type: ignore[attr-defined]  # tarfile would keep every member
    return member


def read_layer(source: Read, deadline: Deadline | None = None) -> Layer:
    """Read a layer's archive to its end.

    Raises:
        UnreadableImageError: it is damaged, or its names are more than a machine can hold.
    """
    entries: dict[str, Entry] = {}
    removed: set[str] = set()
    emptied: set[str] = set()
    size = names = characters = 0
    reader = ForwardReader(source, deadline)
    tar = open_tar(reader)
    while (member := next_member(tar)) is not None:
        names += 1
        characters += len(member.name) + len(member.linkname)
        if names > _MOST_NAMES or characters > _MOST_CHARACTERS:
            raise UnreadableImageError(f"a layer of the image has more than {names - 1} names")
        path = posixpath.normpath("/" + member.name.lstrip("/"))
        folder, _, name = path.rpartition("/")
        if name == _OPAQUE:
            emptied.add(folder or "/")
        elif name.startswith(_WHITEOUT):
            removed.add(f"{folder}/{name.removeprefix(_WHITEOUT)}")
        else:
            entry = _entry(reader, member, path, entries)
            entries[path] = entry
            size += entry.size if member.isreg() else 0
    return Layer(entries, frozenset(removed), frozenset(emptied), size)


def _entry(reader: ForwardReader, member: tarfile.TarInfo, path: str, entries: dict[str, Entry]) -> Entry:
    if member.islnk():  # a hard link is the file itself
        same = entries.get(posixpath.normpath("/" + member.linkname.lstrip("/")))
        if same:
            return same
    kind = "folder" if member.isdir() else "link" if member.issym() else "other"
    if not member.isreg():
        return Entry(
            kind, member.mode, member.uid, 0, member.linkname if member.issym() else "", gid=member.gid
        )
    head, is_key = b"", False
    if path in _ACCOUNTS:
        head = _first_bytes(reader, member, _MOST_TEXT)
    elif member.mode & 0o111:
        head = _first_bytes(reader, member, HEAD)
    elif member.size > 0:
        start = _first_bytes(reader, member, HEAD if member.size <= _MOST_KEY else len(ARCHIVE))
        is_key = _KEY.search(start) is not None
        # What `go build` writes of a library, nobody may execute.
        head = start if start.startswith(ARCHIVE) else b""
    return Entry("file", member.mode, member.uid, member.size, "", head, member.gid, is_key)


def _first_bytes(reader: ForwardReader, member: tarfile.TarInfo, most: int) -> bytes:
    reader.seek(member.offset_data)
    return reader.read(min(most, member.size))
