"""Programs: which packages main a person means, the first one first.

Every `package main` with a `func main` that builds for linux is a candidate. Those in folders that hold
examples, tests, tools and the like are passed over, unless nothing else is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendock.golang.facts import Evidence, Kind, PassedOver

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gendock.golang.packages import Package, Packages

_ASIDE_BY_REASON = {
    "an example": "examples example _examples demo demos samples sample tutorial tutorials",
    "a test helper": "tests test testing testutil e2e integration fuzz mocks fixtures",
    "a benchmark": "benchmark benchmarks bench",
    "a development tool": "tools tool hack scripts script build ci contrib dev codegen generate generator",
    "a plugin": "plugin plugins",
    "documentation": "docs doc",
    "internal": "internal",
    "somebody else's": "third_party",
}
_ASIDE = {name: reason for reason, names in _ASIDE_BY_REASON.items() for name in names.split()}
_SERVER_NAMES = re.compile(
    r"(?i)(^|[-_])(server|serverd|api|app|web|http|main|service|daemon|backend)($|[-_])|server$|api$"
)
_SIDE_NAMES = re.compile(
    r"(?i)(^|[-_])(migrat\w*|seed\w*|worker|cron|job|tool|gen|generate|cli|ctl|client|test|bench\w*|example|demo|"
    r"admin|lambda|mock|fake|load\w*|dump|import|export)($|[-_])|^gen|ctl$"
)

_TEST_NAMES = re.compile(r"(?i)(^|[-_])(test|mock|fake|example|demo|bench\w*)($|[-_])")
_DOES_NOTHING = re.compile(rb"^func main\(\) \{\s*\}", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A package main before it is known whether anybody means it."""

    package: Package
    module_folder: str
    name: str
    evidence: Evidence
    aside: str | None

    @property
    def folder(self) -> str:
        """The package's folder."""
        return self.package.folder


def candidates(packages: Packages, module_paths: dict[str, str]) -> list[Candidate]:
    """Find every package main with a func main.

    Args:
        packages: the repository's packages.
        module_paths: the path of each module, by its folder.
    """
    found = []
    for package in packages.mains():
        evidence = next(
            (Evidence(file.path, line) for file in package.files if (line := file.main_line) is not None),
            None,
        )
        module_folder = packages.module_folder(package.folder)
        if evidence is not None and module_folder is not None:
            name = program_name(package.folder, module_folder, module_paths[module_folder])
            aside = "code generation" if _only_generates(package) else _aside(package.folder)
            found.append(Candidate(package, module_folder, name, evidence, aside))
    return found


def _only_generates(package: Package) -> bool:
    """Whether a package does nothing but to hold a line for `go generate`."""
    text = b"".join(file.text for file in package.files)
    return b"//go:generate" in text and _DOES_NOTHING.search(text) is not None


def program_name(folder: str, module_folder: str, module_path: str) -> str:
    """The name of a program: its folder's as `go build` has it, or the module's where that says nothing."""
    last = folder.rpartition("/")[2]
    if folder != module_folder and last not in {"cmd", "main", "src"}:
        return last
    parts = module_path.split("/")
    if re.fullmatch(r"v[0-9]+", parts[-1]) and len(parts) > 1:
        parts.pop()
    return parts[-1] or "app"


def _aside(folder: str) -> str | None:
    """Why a folder holds no program of the repository; None where it may."""
    parts = [] if folder == "." else folder.split("/")
    under_cmd = "cmd" in parts[:-1]
    for index, part in enumerate(parts):
        if under_cmd and index == len(parts) - 1:
            break  # cmd/build, cmd/test: the name of a program
        if part.lower() in _ASIDE and not (part == "internal" and index + 1 == len(parts)):
            return _ASIDE[part.lower()]
    return None


def split(found: Sequence[Candidate], named: str | None = None) -> tuple[list[Candidate], list[PassedOver]]:
    """Separate programs from packages that are passed over.

    A package that is named counts wherever it stands; tools count where there is no other program.
    """
    wanted = None if named is None else named.removeprefix("./").rstrip("/") or "."
    meant = [item for item in found if item.aside is None or wanted in {item.folder, item.name}]
    if not meant:
        meant = [item for item in found if item.aside in {"internal", "a development tool"}]
    return meant, [PassedOver(item.folder, item.aside or "") for item in found if item not in meant]


def preference(candidate: Candidate, kind: Kind, names: frozenset[str], servers: int) -> tuple[int, str]:
    """Rank a program, 0 first, and say why it stands there.

    Args:
        candidate: the program.
        kind: what it is.
        names: the names of the repository and its modules.
        servers: how many of the programs are servers.
    """
    name = candidate.name.lower()
    if candidate.folder == ".":
        return 0, "the package at the root"
    if name in names:
        return 1, "named like the repository"
    if kind == "server" and servers == 1 and not _TEST_NAMES.search(name):
        return 2, "the only server"
    if name in {f"{known}{end}" for known in names for end in ("d", "-server", "-api", "-app", "_server")}:
        return 3, "named after the repository"
    if _SIDE_NAMES.search(name):
        return 8, "named like a helper of the others"
    named = bool(_SERVER_NAMES.search(name))
    if kind == "server":
        return (4, "a server, by its name too") if named else (5, "a server")
    if named:
        return 6, "named like the main program"
    return 7, "a worker" if kind == "worker" else "a command"


def repository_names(folder_name: str, module_paths: Iterable[str]) -> frozenset[str]:
    """The names that the main program may go by: the folder's and the modules', without go- and -go."""
    names = set()
    for path in (folder_name, *module_paths):
        parts = [part for part in path.lower().split("/") if not re.fullmatch(r"v[0-9]+", part)]
        if parts:
            names.add(parts[-1])
            names.add(parts[-1].removeprefix("go-").removesuffix("-go"))
    return frozenset(names - {""})
