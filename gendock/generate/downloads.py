"""The step that downloads modules: it sees the module files and nothing else."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendock.generate.choices import downloads_more, needs_download, replacement_folder, used_modules
from gendock.generate.escaping import Placed, path_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gendock.golang import GoProject, Module, Program

SOURCE = "/src"
MODULE_CACHE = Placed("type=cache,target=/go/pkg/mod")
BUILD_CACHE = Placed("type=cache,target=/root/.cache/go-build")


@dataclass(frozen=True, slots=True)
class Download:
    """A `go mod download` step.

    Attributes:
        copies: the arguments of each COPY before it; none where the files are mounted.
        mounts: the options of each `--mount=`.
    """

    copies: tuple[Placed, ...]
    mounts: tuple[Placed, ...]


def work_folder(project: GoProject, program: Program) -> str:
    """Where the go command runs: the workspace's folder, or the module's."""
    return "." if project.workspace is not None else program.module


def source_folder(folder: str) -> Placed:
    """A folder of the repository, in the build stage."""
    return Placed(SOURCE if folder == "." else f"{SOURCE}/{path_word(folder, 'folder')}")


def download_step(
    project: GoProject, program: Program, proof: Sequence[Placed], *, in_layers: bool
) -> Download | None:
    """The download step of a program's module or workspace; None where there is nothing to fetch.

    Nor is there one where it would fetch far more than the build does, and the build has the same cache.

    `go mod download` stops at a go.mod whose go line it wants to write and cannot: where it names a language
    (1.22) beside a toolchain of it (go1.22.0), which a dependency may ask for.

    Args:
        project: the repository.
        program: the program.
        proof: the mounts that show private hosts who asks.
        in_layers: copy the files, and keep what is downloaded in a layer.
    """
    workspace = project.workspace
    module = project.module_of(program)
    if workspace.vendored if workspace is not None else module.vendored:
        return None
    if not needs_download(project, project.modules if workspace is not None else (module,)):
        return None
    if not in_layers and downloads_more(project, module):
        return None
    paths = _module_files(project, program)
    folder = work_folder(project, program)
    if in_layers:
        return Download(_copies(paths, folder), tuple(proof))
    completed = module.mod_file if workspace is None and _may_be_written(module) else None
    mounts = (
        Placed(
            f"type=bind,source={path_word(path, 'folder')},target={_target(path, folder)}"
            + (",rw" if path == completed else "")
        )
        for path in paths
    )
    return Download((), (*mounts, *proof, MODULE_CACHE))


def _may_be_written(module: Module) -> bool:
    if module.go is None or module.toolchain is None:
        return False
    language, release = module.go.version, module.toolchain.version
    same = (language.major, language.minor) == (release.major, release.minor)
    return same and language.patch is None


def _module_files(project: GoProject, program: Program) -> tuple[str, ...]:
    workspace = project.workspace
    paths: list[str] = []
    if workspace is not None:
        paths.extend(("go.work", *(("go.work.sum",) if workspace.has_sum else ())))
        for used in project.modules:
            paths.extend((used.mod_file, *((used.sum_file,) if used.has_sum else ())))
    else:
        module = project.module_of(program)
        paths.extend((module.mod_file, *((module.sum_file,) if module.has_sum else ())))
        replaced = {replacement_folder(module, line.new) for line in module.replaces if line.is_local}
        paths.extend(
            other.mod_file for other in used_modules(project, (program,)) if other.folder in replaced
        )
    return tuple(dict.fromkeys(paths))


def _copies(paths: Sequence[str], folder: str) -> tuple[Placed, ...]:
    """One COPY for the files of each folder."""
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(posixpath.dirname(path), []).append(path_word(path, "folder"))
    copies = []
    for top, files in groups.items():
        target = f"{path_word(top, 'folder')}/" if top else ""
        base = "./" if folder == "." else f"{SOURCE}/"
        copies.append(Placed(f"{' '.join(files)} {base}{target}"))
    return tuple(copies)


def _target(path: str, folder: str) -> Placed:
    """Where a module file goes: beside the working directory it is named as it is, else from the root."""
    if folder == ".":
        return path_word(path, "folder")
    return Placed(f"{SOURCE}/{path_word(path, 'folder')}")
