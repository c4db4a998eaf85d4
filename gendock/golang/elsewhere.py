"""Which Go a repository asks for besides go.mod: in CI workflows, compose, devcontainers and Dockerfiles.

Only what is written out counts: `stable`, `1.x`, `${{ matrix.go }}` and `go-version-file` contradict nobody.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from gendock.golang.facts import Evidence
from gendock.golang.versions import GoVersion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gendock.golang.folder import Folder

_MOST_BYTES = 256 * 1024
# A devcontainer's image has a version of its own before Go's, and may have that alone: `2.1-1.26`, `2.1`.
_IMAGE = re.compile(
    r"(?:(?:\bgolang|cimg/go|circleci/golang):(?:\d-)?|devcontainers/go:(?:\d+(?:\.\d+)*-)?(?=1\.\d\d))"
    r"(?P<version>\d+\.\d+(?:\.\d+)?)"
)
_KEY = re.compile(
    r"^\s*(?:-\s*)?[\"']?(?:go|go[-_]version|GO_?VERSION|golang)[\"']?\s*[:=]\s*(?P<value>[^#\n]*)"
)
_ITEM = re.compile(r"^\s*-\s*[\"']?(?P<version>\d+\.\d+(?:\.\d+)?)[\"']?\s*(?:#.*)?$")
_NUMBER = re.compile(r"(?<![\w.<>=])(?P<version>\d+\.\d+(?:\.\d+)?)(?![\w.])")
_PLAIN = re.compile(r"^\s*(?:golang\s+|go\s*=\s*[\"'])?(?P<version>\d+\.\d+(?:\.\d+)?)")
# The files to look into, with what they are; of `plain` ones, each line is a version.
_PLACES = (
    (".github/workflows/*.yml", "CI"),
    (".github/workflows/*.yaml", "CI"),
    (".gitlab-ci.yml", "CI"),
    (".circleci/config.yml", "CI"),
    (".drone.yml", "CI"),
    (".woodpecker.y*ml", "CI"),
    (".woodpecker/*.y*ml", "CI"),
    (".travis.yml", "CI"),
    ("azure-pipelines.yml", "CI"),
    ("compose*.y*ml", "compose"),
    ("docker-compose*.y*ml", "compose"),
    ("Dockerfile*", "another Dockerfile"),
    ("*.Dockerfile", "another Dockerfile"),
    (".devcontainer.json", "the devcontainer"),
    (".devcontainer/*", "the devcontainer"),
    (".go-version", "version managers"),
    (".tool-versions", "version managers"),
)


@dataclass(frozen=True, slots=True)
class VersionElsewhere:
    """The Go versions that one file asks for, the newest last, and the place of the newest."""

    where: str
    versions: tuple[GoVersion, ...]
    evidence: Evidence


def versions_elsewhere(folder: Folder, files: Sequence[str]) -> Iterator[VersionElsewhere]:
    """Yield the files that ask for a Go version of their own.

    Args:
        folder: the repository.
        files: all of its files.
    """
    for path in files:
        where = next((what for pattern, what in _PLACES if fnmatch(path, pattern)), None)
        if where is None or path.count("/") > (0 if "Dockerfile" in where else 2):
            continue
        content = folder.read(path, limit=_MOST_BYTES)
        found = sorted(_versions(path, content.decode(errors="replace"))) if content else []
        if found:
            yield VersionElsewhere(
                where, tuple(version for version, _ in found), Evidence(path, found[-1][1])
            )


def _versions(path: str, text: str) -> Iterator[tuple[GoVersion, int]]:
    """Yield each version in a file, with its line."""
    if posixpath.basename(path) in (".go-version", ".tool-versions"):
        lines = text.splitlines()
        wanted = [(at, line) for at, line in enumerate(lines, 1) if path == ".go-version" or "golang" in line]
        for at, line in wanted:
            match = _PLAIN.match(line)
            if match is not None:
                yield GoVersion.parse(match["version"]), at
        return
    in_list = False
    for at, line in enumerate(text.splitlines(), 1):
        if in_list and (match := _ITEM.match(line)) is not None:
            yield GoVersion.parse(match["version"]), at
            continue
        in_list = False
        for match in _IMAGE.finditer(line.partition("#")[0]):
            yield GoVersion.parse(match["version"]), at
        key = _KEY.match(line)
        if key is not None:
            in_list = not key["value"].strip()
            for match in _NUMBER.finditer(key["value"]):
                yield GoVersion.parse(match["version"]), at
