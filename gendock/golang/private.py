"""Private modules: those for which the repository's own files tell the go command to ask no public proxy."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from gendock.golang.evidence import Evidence
from gendock.golang.facts import PrivateModules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gendock.golang.facts import Module, Requirement
    from gendock.golang.folder import Folder

_FILES = re.compile(
    r"(?:[Mm]akefile|[\w.-]+\.mk|\.envrc|\.goreleaser[\w.-]*\.ya?ml|[Jj]ustfile|Taskfile\.ya?ml|Dockerfile[\w.-]*|"
    r"README\.md|CONTRIBUTING\.md|\.gitlab-ci\.yml|\.circleci/config\.yml|\.drone\.ya?ml|\.woodpecker/[\w.-]+\.ya?ml|"
    r"(?:docker-)?compose[\w.-]*\.ya?ml|\.github/workflows/[\w.-]+\.ya?ml|[\w.-]+\.Dockerfile)"
)
_SETTING = re.compile(
    r"\b(?:GOPRIVATE|GONOPROXY|GONOSUMDB|GONOSUMCHECK)\b[\"']?\s*[:=]\s*[\"']?(?P<patterns>[\w.~*?/,-]+)"
)
_PATTERN = re.compile(r"[\w~*?-]+(?:\.[\w~*?-]+)+(?:/[\w.~*?-]+)*")
# Names that no public host has.
_INSIDE = re.compile(
    r"(?:[^/]+\.)?[^/.]+\.(?:internal|corp|local|lan|intranet|home\.arpa|localdomain)(?=/|$)"
)
_MAX_BYTES = 256 * 1024


def find_private(folder: Folder, files: Iterable[str], modules: Sequence[Module]) -> PrivateModules | None:
    """Find the required modules that are private, and the patterns that say so.

    A module that only looks so, as one of the same organisation does, may as well be public.
    """
    patterns = dict(_patterns(folder, files))
    required = {one.path: one for module in modules for one in module.requires}
    own = {module.path for module in modules}
    found: list[Requirement] = []
    used: dict[str, Evidence] = {}
    for path, requirement in required.items():
        if path in own:
            continue
        pattern = next((one for one in patterns if _matches(one, path)), None)
        inside = _INSIDE.match(path)
        if pattern is not None:
            used.setdefault(pattern, patterns[pattern])
        elif inside is not None:
            used.setdefault(inside[0], requirement.evidence)
        else:
            continue
        found.append(requirement)
    return PrivateModules(tuple(used), tuple(found), next(iter(used.values()))) if found else None


def _patterns(folder: Folder, files: Iterable[str]) -> Iterator[tuple[str, Evidence]]:
    for path in files:
        if not _FILES.fullmatch(path):
            continue
        content = folder.read(path, limit=_MAX_BYTES)
        text = "" if content is None else content.decode(errors="replace")
        for match in _SETTING.finditer(text):
            for pattern in match["patterns"].split(","):
                if _PATTERN.fullmatch(pattern):
                    yield pattern.rstrip("/"), Evidence(path, text.count("\n", 0, match.start()) + 1)


def _matches(pattern: str, path: str) -> bool:
    """Whether a glob matches a module's path, or as many of its elements as the glob has."""
    length = pattern.count("/") + 1
    parts = path.split("/")
    return len(parts) >= length and all(
        fnmatchcase(part, glob) for part, glob in zip(parts[:length], pattern.split("/"), strict=True)
    )
