"""Where a finding's file is, as each kind of reader wants it: from the repository, from here, or as a URI."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

# What names the checkout's top folder in GitHub Actions and in GitLab CI.
_ROOT_VARIABLES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


class Folders(Struct, frozen=True):
    """The two folders that a path can be relative to; both absolute and without links."""

    working: str
    root: str

    @classmethod
    def here(cls, environment: Mapping[str, str]) -> Folders:
        """Take the working directory and, in CI, the checkout that it is in."""
        working = str(Path.cwd())
        for variable in _ROOT_VARIABLES:
            root = os.path.realpath(environment[variable]) if environment.get(variable) else ""
            if root and _within(working, root) is not None:
                return cls(working, root)
        return cls(working, working)

    def absolute(self, filename: str) -> str:
        """Return a shown filename as an absolute path."""
        return os.path.normpath(os.path.join(self.working, filename))  # noqa: PTH118 - a name is any bytes

    def from_working(self, filename: str) -> str:
        """Return a shown filename relative to the working directory, absolute if it is outside."""
        return self._from(self.working, filename)

    def from_root(self, filename: str) -> str:
        """Return a shown filename relative to the repository, absolute if it is outside."""
        return self._from(self.root, filename)

    def _from(self, top: str, filename: str) -> str:
        path = self.absolute(filename)
        found = _within(path, top)
        if found is None:  # the same place may have been named by way of a link
            folder, name = os.path.split(path)
            found = _within(os.path.join(os.path.realpath(folder), name), top)  # noqa: PTH118
        return path if found is None else found


def _within(path: str, top: str) -> str | None:
    if path == top:
        return "."
    start = top.rstrip(os.sep) + os.sep
    return path[len(start) :] if path.startswith(start) else None
