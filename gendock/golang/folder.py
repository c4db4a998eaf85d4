"""A repository's files, read with care: it may be anybody's.

No link out of the folder is followed, nothing but regular files is opened, and every count and size has a
bound. Names that are no UTF-8 are left out: neither Go nor a Dockerfile can say them.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from errno import ELOOP
from pathlib import Path

from gendock.errors import GendockError

MAX_FILES = 200_000
MAX_FILE_BYTES = 4 * 1024 * 1024
# What is a link is not opened: the answer is ELOOP.
_HOW = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NOT_ENTERED = frozenset((".git", ".hg", ".svn", ".bzr", "node_modules"))


@dataclass(frozen=True, slots=True)
class Listing:
    """Every regular file and folder below a folder, sorted, as POSIX paths relative to it.

    `folders` names those that are not entered too, such as .git and node_modules.
    """

    files: tuple[str, ...]
    folders: tuple[str, ...]


class Folder:
    """The folder that a repository stands in."""

    def __init__(self, path: Path) -> None:
        """Take a folder that exists.

        Raises:
            GendockError: there is no such folder.
        """
        if not path.exists():
            raise GendockError(f"{path} is not there")
        if not path.is_dir():
            raise GendockError(f"{path} is a file: name the folder that holds go.mod")
        self.root = path.resolve()
        self._text = str(self.root)
        self.opened: set[str] = set()

    def listing(self) -> Listing:
        """List the files and folders, without following links to folders.

        Raises:
            GendockError: there are more than MAX_FILES files, or the folder cannot be read.
        """
        files: list[str] = []
        folders: list[str] = []
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            try:
                entries = list(os.scandir(self.root / folder))
            except OSError as error:
                if not folder:
                    raise GendockError(f"{self.root} cannot be read: {error.strerror}") from error
                continue
            for entry in entries:
                path = f"{folder}{entry.name}"
                if not _is_utf8(path):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(path)
                    if entry.name not in _NOT_ENTERED:
                        waiting.append(f"{path}/")
                elif entry.is_file(follow_symlinks=False) or (entry.is_symlink() and self._regular(path)):
                    files.append(path)
            if len(files) + len(folders) > MAX_FILES:
                raise GendockError(
                    f"{self.root} holds more than {MAX_FILES} files: name the folder of one module"
                )
        return Listing(tuple(sorted(files)), tuple(sorted(folders)))

    def read(self, path: str, limit: int = MAX_FILE_BYTES) -> bytes | None:
        """Return a file's bytes.

        None where it is no regular file, leads out of the folder, is larger than `limit` bytes, or cannot be
        read. `opened` names every file that was asked for.
        """
        self.opened.add(path)
        try:
            content = self._content(path, limit)
        except (OSError, ValueError):  # gone, not to be read, or a name with a zero byte
            return None
        return None if content is None or len(content) > limit else content

    def _content(self, path: str, limit: int) -> bytes | None:
        """Read at most one byte more than the limit. A link is followed where it stays inside."""
        if ".." in path.split("/") or path.startswith("/"):
            return None
        name = f"{self._text}/{path}"
        try:
            handle = os.open(name, _HOW)
        except OSError as error:
            target = self._regular(path) if error.errno == ELOOP else None
            if target is None:
                return None
            handle = os.open(target, _HOW)
        with os.fdopen(handle, "rb", buffering=0) as file:
            found = os.fstat(handle)
            return file.read(min(limit, found.st_size) + 1) if stat.S_ISREG(found.st_mode) else None

    def _regular(self, path: str) -> Path | None:
        try:
            target = (self.root / path).resolve()
            inside = target.is_relative_to(self.root)
            return target if inside and stat.S_ISREG(target.stat().st_mode) else None
        except (OSError, RuntimeError, ValueError):  # a loop of links, a name with a zero byte
            return None


def _is_utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
