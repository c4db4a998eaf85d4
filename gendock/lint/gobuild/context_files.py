"""The build context: which of a folder's files a build sees, and what a COPY's source matches among them.

Sources: moby/patternmatcher for `.dockerignore`; BuildKit's file operations, which match a source by Go's
filepath.Match, for wildcards.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cached_property, lru_cache

from msgspec import Struct

from gendock.dockerfile.ignore_file import (
    IgnoreFile,
    IgnorePattern,
    IgnorePatternError,
    Sieve,
    cleaned_path,
    read_ignore_file,
)
from gendock.lint.gobuild.repository import Repository

_WILDCARD = re.compile(r"[*?\[\\]")


class ContextFiles(Struct, frozen=True, dict=True):
    """The build context of one Dockerfile.

    Attributes:
        repository: what it is a folder of.
        folder: that folder's path in the repository; `.` for all of it.
        dockerfile: the name of the Dockerfile, in the repository's folder `below`.
        is_certain: nobody has to guess that this folder is the build context.
    """

    repository: Repository
    folder: str
    dockerfile: str
    is_certain: bool

    @cached_property
    def ignore_name(self) -> str | None:
        """The path of the ignore file that counts, in the repository; None where there is none."""
        own = posixpath.normpath(posixpath.join(self.repository.below, f"{self.dockerfile}.dockerignore"))
        shared = self.to_repository(".dockerignore")
        return next((path for path in (own, shared) if path in self.repository.files), None)

    @cached_property
    def ignore_file(self) -> IgnoreFile:
        """Its patterns; none where there is no file, or none that can be read."""
        text = self.repository.text(self.ignore_name) if self.ignore_name else None
        try:
            return read_ignore_file(text or "")
        except IgnorePatternError:
            return IgnoreFile(())

    @cached_property
    def everything(self) -> tuple[str, ...]:
        """All files of the folder, before the ignore file, relative to it."""
        return tuple(self._inside(self.repository.listing.files))

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The files that a build sees, sorted, relative to the folder."""
        excludes = Sieve(self.ignore_file).excludes
        return tuple(path for path in self.everything if not excludes(path))

    @cached_property
    def unlisted(self) -> tuple[str, ...]:
        """The folders that go in although nobody lists what they hold: `.git`, `node_modules`."""
        excludes = Sieve(self.ignore_file).excludes
        names = (".git", ".hg", ".svn", ".bzr", "node_modules")
        folders = self._inside(self.repository.listing.folders)
        return tuple(path for path in folders if path.endswith(names) and not excludes(path))

    @cached_property
    def present(self) -> frozenset[str]:
        """The files that a build sees, and all folders that hold one, relative to the folder."""
        found = {"."}
        for path in (*self.files, *self.unlisted):
            while path and path not in found:
                found.add(path)
                path = posixpath.dirname(path)  # noqa: PLW2901
        return frozenset(found)

    @cached_property
    def _known_files(self) -> frozenset[str]:
        return frozenset(self.files)

    @cached_property
    def folders(self) -> frozenset[str]:
        """The folders that hold a file which a build sees."""
        return self.present - self._known_files

    def is_file(self, path: str) -> bool:
        """Tell whether a build sees a file at a path."""
        return path in self._known_files

    def excluding(self, path: str) -> IgnorePattern | None:
        """Return the pattern that keeps a path out; None where none does."""
        return self.ignore_file.excluding(path)

    def is_made_before(self, path: str) -> bool:
        """Tell whether git ignores a path: it may be there once something else has run."""
        return self.repository.is_ignored_by_git(self.to_repository(path))

    def to_repository(self, path: str) -> str:
        """Return a path of the build context as one of the repository."""
        return posixpath.normpath(posixpath.join(self.folder, path))

    def from_repository(self, path: str) -> str | None:
        """Return a path of the repository as one of the build context; None where it is outside."""
        if self.folder == ".":
            return path
        if path == self.folder:
            return "."
        start = f"{self.folder}/"
        return path.removeprefix(start) if path.startswith(start) else None

    def sees(self, path: str) -> bool:
        """Tell whether a build sees a file or folder, named by its path in the repository."""
        inside = self.from_repository(path)
        return inside is not None and inside in self.present

    def matching(self, source: str) -> tuple[str, ...]:
        """Return the files and folders that a source of COPY stands for, sorted."""
        path = cleaned_path(f"/{source}").lstrip("/") or "."
        if not _WILDCARD.search(path):
            return (path,) if path in self.present else ()
        pattern = wildcard(path)
        return tuple(sorted(one for one in self.present if one != "." and pattern.fullmatch(one)))

    def below(self, folder: str) -> Iterator[str]:
        """Yield the files that a build sees in a folder, at any depth."""
        for path in self.files:
            if folder == "." or path.startswith(f"{folder}/"):
                yield path

    def unlisted_below(self, folder: str) -> Iterator[str]:
        """Yield the folders below one that nobody lists, and the folder itself."""
        for path in self.unlisted:
            if folder == "." or f"{path}/".startswith(f"{folder}/"):
                yield path

    def _inside(self, paths: tuple[str, ...]) -> Iterator[str]:
        if self.folder == ".":
            yield from paths
            return
        start = f"{self.folder}/"
        yield from (path.removeprefix(start) for path in paths if path.startswith(start))


@lru_cache(maxsize=256)
def wildcard(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of Go's filepath.Match, with `**` for what `COPY --parents` makes of it."""
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        if pattern.startswith("**/", at - 1):
            at += 2
            parts.append("(?:.*/)?")
        elif character == "*":
            parts.append("[^/]*")
        elif character == "?":
            parts.append("[^/]")
        elif character == "[" and (end := pattern.find("]", at + 1)) > 0:
            parts.append(f"[{pattern[at:end]}]".replace("[[", "[\\["))
            at = end + 1
        elif character == "\\" and at < len(pattern):
            parts.append(re.escape(pattern[at]))
            at += 1
        else:
            parts.append(re.escape(character))
    try:
        return re.compile("".join(parts))
    except re.error:
        return re.compile(r"(?!)")
