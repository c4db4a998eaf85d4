"""A Dockerfile with what stands around it: its build context and the Go module in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from gendock.dockerfile import Dockerfile
from gendock.errors import GendockError

if TYPE_CHECKING:
    from gendock.golang.folder import Folder
    from gendock.golang.gomod import ModFile


@dataclass(frozen=True)
class BuildContext:
    """One Dockerfile, and the folder that `docker build` would send with it.

    `folder` is None for standard input, where nothing around the text is known.
    """

    file: Dockerfile
    folder: Path | None

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
        if self.folder is None or not (self.folder / path).is_file() or self._files is None:
            return None
        content = self._files.read(path)
        return None if content is None else content.decode("utf-8", "replace")

    @cached_property
    def _files(self) -> Folder | None:
        from gendock.golang.folder import Folder

        return Folder(self.folder) if self.folder is not None else None
