"""Build tags that a repository's own build passes: in an old Dockerfile, by goreleaser, in the Makefile.

A tag counts where it changes something: a file of the repository has it in its constraints, or a dependency
is known to ask for it. Tags for tests and development, and for other C libraries, are left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.golang.facts import Evidence
from gendock.golang.needs import BuildTags

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gendock.golang.folder import Folder

_FILES = (
    "Dockerfile",
    ".goreleaser.yaml",
    ".goreleaser.yml",
    "Makefile",
    "justfile",
    "Taskfile.yml",
    "Taskfile.yaml",
)
_OURS = "# Written by gendock"
_BUILD = re.compile(
    r"\bgo (?:build|install)\b[^\n;|&]*?-tags[= ](?P<quote>[\"']?)(?P<tags>[^\"'\n]+?)(?P=quote)(?:\s|$)"
)
_LIST = re.compile(r"^(?P<indent>[ ]*)(?:- )?tags:[ ]*\n(?P<items>(?:[ ]*- [^\n]+\n)+)", re.MULTILINE)
_VARIABLE = re.compile(
    r"^(?:export )?(?P<name>[A-Za-z_]\w*)[ \t]*[:?]?=[ \t]*(?P<value>[^\n#]*)", re.MULTILINE
)
_USE = re.compile(r"\$[({](?P<name>[A-Za-z_]\w*)[)}]")
_TAG = re.compile(r"[A-Za-z][\w.]*")
# Tags of dependencies that people use most, and of the standard library.
_KNOWN = re.compile(
    r"netgo|osusergo|timetzdata|sqlite_\w+|fts5|json1|nomsgpack|jsoniter|go_json|viper_bind_struct"
)
_NEVER = re.compile(
    r"dev\w*|debug|test\w*|integration|e2e|mock\w*|race|tools?|ignore|wireinject|musl|dynamic|libsqlite3|static"
)
_CONSTRAINT = re.compile(rb"^//(?:go:build|[ ]*\+build)[ ]+([^\n]*)", re.MULTILINE)
_MAX_BYTES = 128 * 1024
_HEAD_BYTES = 4096


def find_tags(folder: Folder, files: Sequence[str]) -> BuildTags | None:
    """Find the tags on which the builds of the first file that passes any agree."""
    here = frozenset(files)
    for path in (path for path in _FILES if path in here):
        content = folder.read(path, limit=_MAX_BYTES)
        text = "" if content is None else content.decode(errors="replace")
        passed = [] if text.startswith(_OURS) else list(_passed(text))
        if not passed:
            continue
        agreed = [tag for tag in passed[0][0] if all(tag in tags for tags, _ in passed)]
        wanted = [tag for tag in agreed if not _NEVER.fullmatch(tag)]
        own = _own_tags(folder, files) if any(not _KNOWN.fullmatch(tag) for tag in wanted) else frozenset()
        useful = tuple(dict.fromkeys(tag for tag in wanted if _KNOWN.fullmatch(tag) or tag in own))
        return BuildTags(useful, Evidence(path, passed[0][1])) if useful else None
    return None


def _passed(text: str) -> Iterator[tuple[list[str], int]]:
    """Yield the tags of each build in a file, and its line."""
    values = {match["name"]: match["value"].strip().strip("\"'") for match in _VARIABLE.finditer(text)}
    for match in _BUILD.finditer(text):
        yield _split(match["tags"], values), text.count("\n", 0, match.start()) + 1
    for match in _LIST.finditer(text):
        items = " ".join(line.strip().removeprefix("- ") for line in match["items"].splitlines())
        yield _split(items, values), text.count("\n", 0, match.start()) + 1


def _split(text: str, values: dict[str, str]) -> list[str]:
    for _ in range(3):
        text = _USE.sub(lambda match: values.get(match["name"], ""), text)
    words = (word.strip("\"'") for word in re.split(r"[\s,]+", text))
    return [word for word in words if _TAG.fullmatch(word)]


def _own_tags(folder: Folder, files: Sequence[str]) -> frozenset[str]:
    """Every word in the constraints of the repository's own files."""
    found: set[str] = set()
    for path in files:
        if path.endswith(".go") and not path.startswith("vendor/"):
            head = (folder.read(path) or b"")[:_HEAD_BYTES]
            for constraint in _CONSTRAINT.findall(head):
                found.update(_TAG.findall(constraint.decode(errors="replace")))
    return frozenset(found)
