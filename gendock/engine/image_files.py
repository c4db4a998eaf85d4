"""The files of a stored image: the members of an archive, read once, or those of an OCI layout's folder.

An archive is read from its beginning to its end, so that an engine's answer can be read as it comes. Which
members are layers is known only at the end, and so every one that may be is read as one.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import stat
import tarfile
from pathlib import Path
from typing import Any

from gendock.engine.deadline import Deadline
from gendock.engine.layers import (
    ForwardReader,
    Layer,
    Read,
    UnreadableImageError,
    next_member,
    open_tar,
    read_layer,
)

_MOST_JSON = 4 * 2**20
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_IN_LAYOUT = re.compile(r"index\.json|blobs/sha(?:256|512)/[0-9a-f]{64,128}", re.ASCII)


class ArchiveFiles:
    """The members of an archive that was read: small ones as they are, the others as layers."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.texts: dict[str, bytes] = {}
        self.layers: dict[str, Layer | UnreadableImageError] = {}
        self.links: dict[str, str] = {}

    def text(self, name: str) -> bytes | None:
        """Return a small file; None where there is none."""
        return self.texts.get(name)

    def layer(self, name: str) -> Layer:
        """Return a layer.

        Raises:
            UnreadableImageError: there is none of that name, or it is damaged.
        """
        name = self.links.get(name, name)
        found = self.layers.get(name)
        if found is None:
            raise UnreadableImageError(f"the image's archive has no layer {name}")
        if isinstance(found, UnreadableImageError):
            raise found
        return found


class FolderFiles:
    """The files of an OCI layout; links are not followed, as they may lead anywhere."""

    def __init__(self, folder: Path, deadline: Deadline | None) -> None:
        """Look into `folder` when something is asked for."""
        self._folder = folder
        self._deadline = deadline

    def text(self, name: str) -> bytes | None:
        """Return a small file; None where there is none."""
        try:
            with self._open(name) as file:
                data = file.read(_MOST_JSON + 1)
        except FileNotFoundError:
            return None
        return data if len(data) <= _MOST_JSON else None

    def layer(self, name: str) -> Layer:
        """Return a layer.

        Raises:
            UnreadableImageError: there is none of that name, or it is damaged.
        """
        try:
            with self._open(name) as file:
                return read_layer(unpacked(file.read, file.peek(4)[:4]), self._deadline)
        except FileNotFoundError as error:
            raise UnreadableImageError(f"the image has no layer {name}") from error

    def _open(self, name: str) -> io.BufferedReader:
        if not _IN_LAYOUT.fullmatch(name):
            raise FileNotFoundError(name)
        file = os.fdopen(os.open(self._folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.close()
            raise UnreadableImageError(f"{self._folder / name} is no file")
        return file


def read_archive(source: Read, deadline: Deadline | None) -> ArchiveFiles:
    """Read an archive to its end.

    Raises:
        UnreadableImageError: it is damaged.
    """
    found = ArchiveFiles()
    reader = ForwardReader(source, deadline)
    tar = open_tar(reader)
    while (member := next_member(tar)) is not None:
        name = plain(member.name)
        if member.issym() or member.islnk():
            folder = os.path.dirname(name) if member.issym() else ""  # noqa: PTH120 - a name, no path of this machine
            found.links[name] = os.path.normpath(os.path.join(folder, member.linkname))  # noqa: PTH118
        elif member.isreg() and member.size:
            _take(found, name, reader, member, deadline)
    return found


def _take(
    found: ArchiveFiles, name: str, reader: ForwardReader, member: tarfile.TarInfo, deadline: Deadline | None
) -> None:
    reader.seek(member.offset_data)
    end = member.offset_data + member.size
    head = reader.read(min(512, member.size))
    pushed = head

    def read(size: int) -> bytes:
        nonlocal pushed
        if pushed:
            piece, pushed = pushed[:size], pushed[size:]
            return piece
        piece = reader.source(max(0, min(size, end - reader.at)))
        reader.at += len(piece)
        return piece

    if head[:1] in (b"{", b"["):
        if member.size <= _MOST_JSON:
            pieces = []
            while piece := read(2**16):
                pieces.append(piece)
            found.texts[name] = b"".join(pieces)
    elif head.startswith((GZIP, ZSTD)) or head[257:262] == b"ustar" or not any(head):
        try:
            found.layers[name] = read_layer(unpacked(read, head[:4]), deadline)
        except UnreadableImageError as error:
            if deadline and deadline.passed:
                raise
            found.layers[name] = error  # it may be no layer at all


def unpacked(read: Read, head: bytes) -> Read:
    """Return how to read what may be compressed."""
    if head.startswith(GZIP):
        return gzip.GzipFile(fileobj=io.BufferedReader(_Raw(read), 2**16)).read
    if head.startswith(ZSTD):
        try:
            from compression import zstd  # type: ignore[import-not-found, unused-ignore]
        except ImportError:
            raise UnreadableImageError(
                "the image is compressed with zstd, which Python before 3.14 cannot read: "
                "export it with compression=gzip"
            ) from None
        return zstd.ZstdFile(io.BufferedReader(_Raw(read), 2**16)).read  # type: ignore[no-any-return, unused-ignore]
    return read


class _Raw(io.RawIOBase):
    """A readable file over a function that reads."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any buffer
        piece = self._read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def plain(name: str) -> str:
    """Return a member's name as manifests have it."""
    return name.removeprefix("./")
