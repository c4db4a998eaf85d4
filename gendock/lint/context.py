"""A Dockerfile with what stands around it: its build context and the Go module in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from gendock.dockerfile import Dockerfile
from gendock.errors import GendockError

if TYPE_CHECKING:
    from gendock.golang.gomod import ModFile


@dataclass(frozen=True)
class BuildContext:
    """One Dockerfile, and the folder that `docker build` would send with it.

    `folder` is None for standard input, where nothing around the text is known. `seen` collects what the
    rules asked for, None for what is not there: findings hold as long as that is the same.
    """

    file: Dockerfile
    folder: Path | None
    seen: dict[str, bytes | None] = field(default_factory=dict)

    @cached_property
    def module(self) -> ModFile | None:
        """The folder's go.mod; None where there is none, or none that can be read."""
        text = self.read("go.mod")
        if text is None:
            return None
        from gendock.golang.gomod import read_mod

        try:
            return read_mod(text)
        except GendockError:
            return None

    def read(self, path: str) -> str | None:
        """Return the text of a file in the folder; None where it is not there or leads out of the folder."""
        if path not in self.seen:
            self.seen[path] = read_beside(self.folder, path)
        content = self.seen[path]
        return None if content is None else content.decode("utf-8", "replace")


def read_beside(folder: Path | None, path: str) -> bytes | None:
    """Return a file's content; None where it is not there or leads out of the folder."""
    if folder is None or not (folder / path).is_file():
        return None
    from gendock.golang.folder import Folder

    return Folder(folder).read(path)
