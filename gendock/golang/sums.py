"""go.mod and go.sum: do they know what the program imports?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendock.golang.facts import Evidence
from gendock.golang.needs import Unrequired

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gendock.golang.facts import Module, Requirement
    from gendock.golang.folder import Folder
    from gendock.golang.sources import Sources

_MAX_BYTES = 4 * 1024 * 1024


def find_unsummed(sources: Sources, module: Module, folder: Folder) -> Requirement | None:
    """Find a module that a program imports and whose content go.sum has no line for.

    The go command then stops, unless it may write the line itself.
    """
    content = (
        folder.read(module.sum_file, limit=_MAX_BYTES) if module.has_sum and not module.vendored else None
    )
    if content is None:
        return None
    known = {tuple(line.split()[:2]) for line in content.decode(errors="replace").splitlines()}
    replaced = {line.old: line for line in module.replaces}
    for requirement in module.requires:
        line = replaced.get(requirement.path)
        if line is not None and line.is_local:
            continue
        path, version = requirement.path, requirement.version
        if line is not None and line.new_version is not None and line.old_version in {None, version}:
            path, version = line.new, line.new_version
        if (path, version) not in known and sources.imports_any((requirement.path,)):
            return requirement
    return None


def find_unrequired(sources: Sources, modules: Iterable[Module], module: Module) -> Unrequired | None:
    """Find an import that no module of go.mod provides: `go mod tidy` was not run."""
    if module.vendored:
        return None
    modules = tuple(modules)
    known = {one.path for one in modules} | {line.path for one in modules for line in one.requires}
    known |= {line.old for line in module.replaces}
    lacking = {
        path
        for path in sources.imports
        if "." in path.partition("/")[0] and known.isdisjoint(_prefixes(path))
    }
    places = (
        Unrequired(item.path, Evidence(file.path, item.line))
        for package in sources.packages
        for file, item in package.imports
        if item.path in lacking
    )
    return next(places, None) if lacking else None


def _prefixes(path: str) -> Iterator[str]:
    """Yield a path and every path above it."""
    while path:
        yield path
        path = path.rpartition("/")[0]
