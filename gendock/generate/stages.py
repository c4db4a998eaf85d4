"""The Dockerfile as values that its template prints: every string is Placed, every choice is made."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gendock.generate import base_images
from gendock.generate.choices import (
    DEFAULT_PORT,
    Options,
    Release,
    must_update,
    needs_download,
    replacement_folder,
    used_modules,
)
from gendock.generate.escaping import (
    Placed,
    binary_name,
    copy_arguments,
    exec_form,
    identifier,
    image,
    path_word,
    stage_name,
)
from gendock.generate.making import (
    FrontEndView,
    folder_commands,
    front_end_views,
    generating,
    made_copies,
)
from gendock.generate.run_time import choose_run_time
from gendock.golang import package_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gendock.golang import GoProject, Module, Program

_SOURCE = "/src"
_FIRST_WITH_VENDOR_BY_ITSELF = (1, 14)


@dataclass(frozen=True, slots=True)
class Mount:
    """One file that the download step sees; what the step writes into a writable one is thrown away."""

    source: Placed
    target: Placed
    writable: bool = False


@dataclass(frozen=True, slots=True)
class Download:
    """A `go mod download` step."""

    folder: Placed
    mounts: tuple[Mount, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """One program: its build step and its final stage."""

    name: Placed
    build_stage: Placed
    folder: Placed
    download: Download | None
    environment: Placed | None
    writable: bool
    cached: bool
    flags: tuple[Placed, ...]
    front_ends: tuple[FrontEndView, ...]
    generating: tuple[Placed, ...]
    binary: Placed
    package: Placed
    version_variable: Placed | None
    base: Placed
    packages: Placed | None
    making: tuple[Placed, ...]
    made: tuple[Placed, ...]
    work_folder: Placed | None
    copies: tuple[Placed, ...]
    owned: bool
    binary_path: Placed
    settings: tuple[Placed, ...]
    exposes: tuple[Placed, ...]
    volumes: tuple[Placed, ...]
    entrypoint: Placed
    arguments: Placed | None


@dataclass(frozen=True, slots=True)
class DockerfileView:
    """The whole file; the default target is the last."""

    front_ends: tuple[FrontEndView, ...]
    image: Placed
    stage: Placed
    folder: Placed
    crosses: bool
    cgo: Placed | None
    packages: Placed | None
    download: Download | None
    targets: tuple[Target, ...]
    user: Placed


def dockerfile_view(
    project: GoProject, programs: Sequence[Program], release: Release, options: Options
) -> DockerfileView:
    """Lay out the Dockerfile of these programs.

    Raises:
        RefusedError: a name cannot stand where it would have to.
    """
    needs_c = {program.cgo is not None for program in programs}
    folders = {_work_folder(project, program) for program in programs}
    alike = len(folders) == 1
    shared = _download(project, programs[0]) if alike else None
    targets: list[Target] = []
    taken: set[str] = {"build", "source", "final"}
    front_ends = front_end_views(programs, _SOURCE, taken)
    for program in programs:
        name = Placed("final") if len(programs) == 1 else stage_name(program.name, taken)
        taken.update((name, f"build-{name}"))
        port = options.port if program is programs[0] else None
        download = shared if alike else _download(project, program)
        target = _target(
            project, program, name, download, port, single=len(programs) == 1, mixed=len(needs_c) > 1
        )
        views = tuple(front_ends[one.folder] for one in program.front_ends)
        targets.append(replace(target, download=None if alike else target.download, front_ends=views))
    packages = {name for program in programs if program.cgo for name in program.cgo.build_packages}
    return DockerfileView(
        front_ends=tuple(front_ends.values()),
        image=image(release.image),
        stage=Placed("build" if len(programs) == 1 else "source"),
        folder=_source_folder(folders.pop()) if alike else Placed(_SOURCE),
        crosses=True not in needs_c,
        cgo=None if len(needs_c) > 1 else Placed("1" if True in needs_c else "0"),
        packages=Placed(" ".join(sorted(packages))) if packages else None,
        download=shared,
        targets=tuple(reversed(targets)),
        user=Placed(base_images.NONROOT),
    )


def _target(
    project: GoProject,
    program: Program,
    name: Placed,
    download: Download | None,
    port: int | None,
    *,
    single: bool,
    mixed: bool,
) -> Target:
    module = project.module_of(program)
    folder = _work_folder(project, program)
    vendored = module.vendored if project.workspace is None else project.workspace.vendored
    run = choose_run_time(program)
    generating_commands = generating(program, folder)
    updates = not vendored and must_update(project, program)
    flags = []
    if updates and project.workspace is None:
        flags.append(Placed("-mod=mod"))
    elif module.vendor_lacks is not None and project.workspace is None:
        flags.append(Placed("-mod=readonly"))
    elif vendored and (module.go is None or _before(module, _FIRST_WITH_VENDOR_BY_ITSELF)):
        flags.append(Placed("-mod=vendor"))
    binary = binary_name(program.name)
    package = posixpath.relpath(program.package, folder)
    binary_path = f"{run.binaries}/{binary}"
    if project.build_tags is not None:
        flags.append(Placed(f"-tags={','.join(project.build_tags.tags)}"))
    return Target(
        name=name,
        build_stage=Placed("build" if single else f"build-{name}"),
        folder=_source_folder(folder),
        download=download,
        environment=_environment(program, mixed=mixed),
        writable=updates or bool(generating_commands) or bool(program.front_ends),
        cached=download is not None or bool(generating_commands),
        flags=tuple(flags),
        front_ends=(),
        generating=generating_commands,
        binary=binary,
        package=path_word(package_path(package), "package"),
        version_variable=identifier(program.version_variable) if program.version_variable else None,
        base=image(run.base),
        packages=Placed(" ".join(run.packages)) if run.packages else None,
        making=folder_commands(run, program.env_file),
        made=made_copies(run),
        work_folder=Placed(run.folder) if run.folder else None,
        copies=tuple(copy_arguments(path, f"./{target}") for path, target in run.copied),
        owned=run.owned,
        binary_path=Placed(binary_path),
        settings=_settings(program, port),
        exposes=_exposes(program, port),
        volumes=tuple(Placed(f"/{path_word(path[1:], 'folder')}") for path in run.volumes),
        entrypoint=exec_form(binary_path),
        arguments=exec_form(*run.arguments) if run.arguments else None,
    )


def _environment(program: Program, *, mixed: bool) -> Placed | None:
    """What stands before `go build` for this program alone."""
    words = [f"CGO_ENABLED={int(program.cgo is not None)}"] if mixed else []
    if program.experiments:
        words.append(f"GOEXPERIMENT={','.join(program.experiments)}")
    return Placed(" ".join(words)) if words else None


def _settings(program: Program, port: int | None) -> tuple[Placed, ...]:
    """ENV lines: the port of a program that asks a variable for it and has no default."""
    variable = program.port_variable.name if program.port_variable is not None and not program.ports else None
    if variable is None and port is not None:
        variable = next(
            (known.variable for known in program.ports if known.variable and known.number != port), None
        )
    opened = [f"{identifier(one.name)}={one.value}" for one in program.openings if not one.is_flag]
    asked = [] if variable is None else [f"{identifier(variable)}={port or DEFAULT_PORT}"]
    if program.config_variable is not None:
        one = program.config_variable
        asked.append(f"{identifier(one.name)}={path_word(one.opened, 'file')}")
    return tuple(Placed(setting) for setting in dict.fromkeys((*asked, *opened)))


def _exposes(program: Program, port: int | None) -> tuple[Placed, ...]:
    if port is not None:
        return (Placed(str(port)),)
    if program.port_variable is not None and not program.ports:
        return (Placed(str(DEFAULT_PORT)),)
    return tuple(
        Placed(f"{known.number}" if known.transport == "tcp" else f"{known.number}/{known.transport}")
        for known in program.ports
        if not known.is_local_only or program.openings
    )


def _work_folder(project: GoProject, program: Program) -> str:
    """Where the go command runs: the workspace's folder, or the module's."""
    return "." if project.workspace is not None else program.module


def _source_folder(folder: str) -> Placed:
    return Placed(_SOURCE if folder == "." else f"{_SOURCE}/{path_word(folder, 'folder')}")


def _download(project: GoProject, program: Program) -> Download | None:
    """The download step of a program's module or workspace; None where there is nothing to fetch.

    `go mod download` stops at a go.mod without a go line that it cannot write the line into.
    """
    workspace = project.workspace
    module = project.module_of(program)
    if workspace.vendored if workspace is not None else module.vendored:
        return None
    modules = project.modules if workspace is not None else (module,)
    if not needs_download(project, modules):
        return None
    paths: list[str] = []
    if workspace is not None:
        paths.extend(("go.work", *(("go.work.sum",) if workspace.has_sum else ())))
        for used in project.modules:
            paths.extend((used.mod_file, *((used.sum_file,) if used.has_sum else ())))
    else:
        paths.extend((module.mod_file, *((module.sum_file,) if module.has_sum else ())))
        replaced = {replacement_folder(module, line.new) for line in module.replaces if line.is_local}
        paths.extend(
            other.mod_file for other in used_modules(project, (program,)) if other.folder in replaced
        )
    folder = _work_folder(project, program)
    completed = module.mod_file if workspace is None and module.go is None else None
    mounts = tuple(
        Mount(path_word(path, "folder"), _mount_target(path, folder), path == completed)
        for path in dict.fromkeys(paths)
    )
    return Download(_source_folder(folder), mounts)


def _mount_target(path: str, folder: str) -> Placed:
    """Where a module file goes: beside the working directory it is named as it is, else from the root."""
    if folder == ".":
        return path_word(path, "folder")
    return Placed(f"{_SOURCE}/{path_word(path, 'folder')}")


def _before(module: Module, version: tuple[int, int]) -> bool:
    return module.go is not None and (module.go.version.major, module.go.version.minor) < version
