"""String variables that the linker can set by `-ldflags -X`: the version, the commit and the date of a build.

What the repository's own build passes counts first; what a program's packages declare by the usual names
counts as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from gendock.golang.evidence import Evidence
from gendock.golang.needs import LinkVariable
from gendock.golang.packages import line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from gendock.golang.folder import Folder
    from gendock.golang.packages import Package

_BLOCK = re.compile(rb"^var[ \t]*(?:\(.*?^\)|[^\n]*)", re.MULTILINE | re.DOTALL)
_DECLARED = (
    rb"^(?:var[ \t]+|[ \t]+)(%s)(?:[ \t]+string)?"
    rb"[ \t]*(?:=[ \t]*(?:\"[^\"\n]*\"|`[^`\n]*`))?[ \t\r]*(?://.*)?$"
)
_USUAL = re.compile(
    _DECLARED % rb"(?:[aA]pp|[bB]uild|[gG]it)?[vV]ersion|VERSION|"
    rb"(?:[gG]it|[bB]uild)?(?:[cC]ommit|[rR]evision)(?:Hash|SHA|ID)?|COMMIT|"
    rb"(?:[bB]uild|[cC]ommit)_?(?:[dD]ate|[tT]ime)|[dD]ate|[bB]uiltAt",
    re.MULTILINE,
)
_PASSED = re.compile(r"-X[ =][\"']?(?P<path>[\w./$(){}-]+)\.(?P<name>[A-Za-z_]\w*)=(?P<value>[^\"'\s]*)")
_VALUE = re.compile(
    r"^(?:export )?(?P<name>[A-Za-z_]\w*)[ \t]*[:?]?=[ \t]*(?P<value>[\w./-]+)[ \t]*$", re.MULTILINE
)
_USE = re.compile(r"\$[({](?P<name>[A-Za-z_]\w*)[)}]")
_FILES = re.compile(
    r"(?:[Mm]akefile|[\w.-]+\.mk|\.goreleaser[\w.-]*\.ya?ml|[Jj]ustfile|Taskfile\.ya?ml|Dockerfile[\w.-]*|"
    r"magefile\.go|(?:scripts?|hack|build)/[\w.-]+\.sh|build\.sh|\.github/workflows/[\w.-]+\.ya?ml)"
)
_OURS = "# Written by gendock"
Role = Literal["version", "commit", "date"]
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("date", re.compile(r"(?i)(?:date|timestamp|(?:build|commit)_?time|built_?at)$")),
    ("commit", re.compile(r"(?i)(?:commit|revision|sha|hash)(?:_?(?:id|sha|hash))?$")),
    ("version", re.compile(r"(?i)version|tag")),
)
_WITHIN = 32768  # bytes
_MAX_BYTES = 128 * 1024


def find_linked(
    reached: Sequence[Package],
    folder: Folder,
    files: Sequence[str],
    find: Callable[[str], Package | None],
) -> tuple[LinkVariable, ...]:
    """Find the variables of a program that its build can set, those that the repository's build sets first.

    Args:
        reached: the program's packages, its own first.
        folder: the repository.
        files: its files.
        find: finds a package of the repository by its import path.
    """
    found: dict[tuple[str, str], LinkVariable] = {}
    here = {package.folder for package in reached}
    for path, name, place in _passed(folder, files):
        package = reached[0] if path == "main" else find(path)
        declared = None if package is None or package.folder not in here else _declaration(package, name)
        role = _role(name)
        if declared is not None and role is not None:
            found.setdefault((path, name), LinkVariable(path, name, role, declared, place))
    for name, declared in _declared(reached[0], _USUAL):
        role = _role(name)
        if role is not None:
            found.setdefault(("main", name), LinkVariable("main", name, role, declared, None))
    return tuple(found.values())


def _passed(folder: Folder, files: Sequence[str]) -> Iterator[tuple[str, str, Evidence]]:
    """Yield what the repository's own builds set: the package's path, the name, the place."""
    for path in files:
        if not _FILES.fullmatch(path):
            continue
        content = folder.read(path, limit=_MAX_BYTES)
        text = "" if content is None else content.decode(errors="replace")
        if "-X" not in text or text.startswith(_OURS):
            continue
        values = {match["name"]: match["value"] for match in _VALUE.finditer(text)}
        for match in _PASSED.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield _with_values(match["path"], values), match["name"], Evidence(path, line)


def _with_values(text: str, values: Mapping[str, str]) -> str:
    """A text with the variables in it that are known."""
    return _USE.sub(lambda use: values.get(use["name"], use[0]), text)


def _declaration(package: Package, name: str) -> Evidence | None:
    pattern = re.compile(_DECLARED % re.escape(name.encode()), re.MULTILINE)
    return next((place for _, place in _declared(package, pattern)), None)


def _declared(package: Package, pattern: re.Pattern[bytes]) -> Iterator[tuple[str, Evidence]]:
    for file in package.files:
        for block in _BLOCK.finditer(file.text[:_WITHIN]):
            for match in pattern.finditer(block[0]):
                line = line_of(file.text, block.start() + match.start(1))
                yield match[1].decode(), Evidence(file.path, line)


def _role(name: str) -> Role | None:
    return next((role for role, words in _ROLES if words.search(name)), None)
