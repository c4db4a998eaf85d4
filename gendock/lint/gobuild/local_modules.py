"""Which modules a build gets from the repository itself, and which it has to download."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gendock.golang import Module, Replacement, Requirement
    from gendock.lint.gobuild.go_calls import GoCall
    from gendock.lint.gobuild.repository import Repository


def downloaded_requirements(repository: Repository, module: Module) -> tuple[Requirement, ...]:
    """Return what a module requires that no folder of the repository stands for."""
    local = {one.old for one in module.replaces if one.is_local}
    workspace = repository.workspace
    if workspace is not None and module.folder in workspace.use:
        local |= {one.path for one in repository.modules if one.folder in workspace.use}
        local |= {one.old for one in workspace.replaces if one.is_local}
    return tuple(one for one in module.requires if one.path not in local)


def local_replacements(call: GoCall) -> Iterator[tuple[Replacement, str]]:
    """Yield what a call's module takes from folders, each with the folder in the stage where it has to be."""
    module, folder = call.module, call.module_folder
    if module is None or folder is None:
        return
    required = {one.path: one.version for one in module.requires}
    for one in module.replaces:
        if one.is_local and one.old in required and one.old_version in (None, required[one.old]):
            yield one, posixpath.normpath(posixpath.join(folder, one.new))


def imports_below(call: GoCall, path: str) -> bool:
    """Tell whether what a call builds imports a package of a module, directly or by packages of its own."""
    packages = call.repository.packages
    for built in call.built:
        for package in packages.reached(built):
            if any(one.path == path or one.path.startswith(f"{path}/") for _, one in package.imports):
                return True
    return False
