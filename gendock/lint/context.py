"""A Dockerfile with what stands around it: its build context and the Go repository in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from gendock.dockerfile import Dockerfile
from gendock.errors import GendockError

if TYPE_CHECKING:
    from gendock.golang import GoProject


@dataclass(frozen=True)
class BuildContext:
    """One Dockerfile, and the folder that `docker build` would send with it.

    `folder` is None for standard input, where nothing around the text is known.
    """

    file: Dockerfile
    folder: Path | None

    @cached_property
    def project(self) -> GoProject | None:
        """The Go repository in the folder; None where there is none, or none that can be read."""
        if self.folder is None or not (self.folder / "go.mod").is_file():
            return None
        from gendock.golang import read_project

        try:
            return read_project(self.folder)
        except GendockError:
            return None
