"""One program's part of the Dockerfile: how it is built, and the stage that holds it."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendock.errors import GendockError
from gendock.generate import base_images
from gendock.generate.build_step import Place, build_arguments, environment, flags, mounts
from gendock.generate.choices import DEFAULT_PORT, chosen_port, must_update
from gendock.generate.downloads import Download, source_folder, work_folder
from gendock.generate.escaping import (
    Placed,
    binary_name,
    copy_arguments,
    exec_form,
    identifier,
    image,
    path_word,
    quoted,
    setting,
)
from gendock.generate.health import health_command, probe_command, probe_path
from gendock.generate.labels import labels
from gendock.generate.linking import linker_flags
from gendock.generate.making import (
    PackagesView,
    folder_commands,
    generating,
    made_copies,
    packages_view,
    system_commands,
)
from gendock.generate.run_time import choose_run_time
from gendock.golang import package_path

if TYPE_CHECKING:
    from gendock.generate.options import Options
    from gendock.golang import GoProject, Program

_PORT = re.compile(r"[0-9]{1,5}(?:-[0-9]{1,5})?(?:/(?:tcp|udp|sctp))?")
_USER = re.compile(r"[1-9][0-9]{0,9}(?::[0-9]{1,10})?")


@dataclass(frozen=True, slots=True)
class Target:
    """One program: its build step and its final stage.

    Attributes:
        name: the name of its final stage, for `--target`.
        build_stage: the name of the stage that builds it.
        folder: where the go command runs in the build stage.
        download: its own download step; none where all programs share one.
        copy_source: where `COPY .` goes; none where the source is mounted, or copied for all programs.
        build_arguments: the names, with their defaults, in the ARG of the build step.
        mounts: the options of each `--mount=` of the build step.
        environment: what stands before `go build`, as NAME=VALUE.
        flags: further flags of `go build`.
        linker: what `-ldflags` says; empty for a binary that a debugger reads.
        brought: the arguments of each COPY of what a front end made; none where that is mounted.
        generating: the commands that make code before `go build`.
        binary: the file name of the program.
        package: its package, as `go build` names it.
        base: the base image of the final stage.
        moving: whether its tag moves, and there is no other.
        packages: the step that installs packages in the final stage; none where nothing is installed.
        making: the commands that make folders and files below /rootfs in the build stage.
        system: the arguments of each COPY of files that an empty base lacks.
        made: the arguments of each COPY of a folder that belongs to the user.
        work_folder: the working directory; none where the base's own will do.
        copies: the arguments of each COPY from the repository.
        owned: whether what is copied belongs to the user.
        binary_path: the path of the program in the image.
        probe: the path of the probe that HEALTHCHECK starts; none where it starts none.
        waits_for_probe: whether the build step mounts the probe, and so waits until it is there.
        tools: the arguments of each COPY of a tool for people, with its `--from=`.
        user: who runs it, as UID:GID.
        settings: the arguments of each ENV.
        exposes: the ports, as EXPOSE has them.
        volumes: the folders that outlive a container.
        health: the arguments of HEALTHCHECK.
        label_arguments: the names, with their defaults, in the ARG before LABEL.
        labels: the labels, as NAME=VALUE.
        entrypoint: the JSON array of ENTRYPOINT.
        arguments: the JSON array of CMD; none where there is none.
    """

    name: Placed
    build_stage: Placed
    folder: Placed
    download: Download | None
    copy_source: Placed | None
    build_arguments: tuple[Placed, ...]
    mounts: tuple[Placed, ...]
    environment: tuple[Placed, ...]
    flags: tuple[Placed, ...]
    linker: Placed
    brought: tuple[Placed, ...]
    generating: tuple[Placed, ...]
    binary: Placed
    package: Placed
    base: Placed
    moving: bool
    packages: PackagesView | None
    making: tuple[Placed, ...]
    system: tuple[Placed, ...]
    made: tuple[Placed, ...]
    work_folder: Placed | None
    copies: tuple[Placed, ...]
    owned: bool
    binary_path: Placed
    probe: Placed | None
    waits_for_probe: bool
    tools: tuple[Placed, ...]
    user: Placed
    settings: tuple[Placed, ...]
    exposes: tuple[Placed, ...]
    volumes: tuple[Placed, ...]
    health: Placed
    label_arguments: tuple[Placed, ...]
    labels: tuple[Placed, ...]
    entrypoint: Placed
    arguments: Placed | None


def make_target(project: GoProject, program: Program, place: Place, options: Options) -> Target:
    """Lay out one program.

    Raises:
        RefusedError: a name cannot stand where it would have to, or the base cannot hold the program.
    """
    module = project.module_of(program)
    folder = work_folder(project, program)
    run = choose_run_time(program, options)
    commands = generating(program, folder)
    vendored = module.vendored if project.workspace is None else project.workspace.vendored
    updates = not vendored and must_update(project, program)
    writes = updates or bool(commands) or bool(place.front_ends)
    binary = binary_name(program.name)
    binary_path = f"{run.binaries}/{binary}"
    port = chosen_port(program, options, is_default=place.is_default)
    command = health_command(program, options)
    label_arguments, described = labels(project, program, options)
    probe = probe_command(program, options)
    return Target(
        name=place.name,
        build_stage=place.build_stage,
        folder=source_folder(folder),
        download=None if place.alike else place.download,
        copy_source=Placed("/src") if options.in_layers and not place.alike else None,
        build_arguments=build_arguments(program, place, options),
        mounts=mounts(source_folder(folder), place, options, writable=writes),
        environment=environment(program, place, options),
        flags=flags(project, module, run, vendored=vendored, updates=updates),
        linker=linker_flags(program),
        brought=tuple(
            Placed(f"--from={one.name} {one.output} {one.wanted}")
            for one in place.front_ends
            if options.in_layers
        ),
        generating=commands,
        binary=binary,
        package=path_word(package_path(posixpath.relpath(program.package, folder)), "package"),
        base=image(run.base.image),
        moving=options.base == "chainguard",
        packages=packages_view(
            run.base.packages, run.base.manager or "", with_user=True, in_layers=options.in_layers
        ),
        making=(*folder_commands(run, program.env_file), *system_commands(run)),
        system=(copy_arguments("/rootfs/etc", "/etc"), _CERTIFICATES) if run.base.is_empty else (),
        made=made_copies(run),
        work_folder=Placed(run.folder) if run.folder else None,
        copies=tuple(copy_arguments(path, f"./{target}") for path, target in run.copied),
        owned=run.owned,
        binary_path=Placed(binary_path),
        probe=Placed(probe_path(program)) if probe is not None else None,
        waits_for_probe=probe is not None and not options.in_layers,
        tools=(),
        user=user_of(options),
        settings=_settings(program, port, options),
        exposes=_exposes(program, port, options),
        volumes=tuple(Placed(f"/{path_word(path[1:], 'folder')}") for path in run.volumes),
        health=_health(command),
        label_arguments=label_arguments,
        labels=described,
        entrypoint=exec_form(binary_path),
        arguments=exec_form(*run.arguments) if run.arguments else None,
    )


_CERTIFICATES = Placed("/etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/")


def user_of(options: Options) -> Placed:
    """Who runs the program: a number that an existing Dockerfile has, else that of the nonroot images.

    Raises:
        GendockError: the settings name no such number.
    """
    user = options.kept.user or base_images.NONROOT
    if not _USER.fullmatch(user):
        raise GendockError(
            f"init.kept.user {user!r} is no number of a user other than root, such as 1000:1000"
        )
    return Placed(user if ":" in user else f"{user}:{user}")


def _health(command: tuple[str, ...] | None) -> Placed:
    if command is None:
        return Placed("NONE")
    return Placed(f"--interval=10s --timeout=5s --start-period=30s CMD {exec_form(*command)}")


def _settings(program: Program, port: int | None, options: Options) -> tuple[Placed, ...]:
    """ENV lines: the port of a program that asks a variable for it and has no default, and what is kept."""
    variable = program.port_variable.name if program.port_variable is not None and not program.ports else None
    if variable is None and port is not None:
        variable = next(
            (known.variable for known in program.ports if known.variable and known.number != port), None
        )
    found = {} if variable is None else {variable: Placed(str(port or DEFAULT_PORT))}
    if program.config_variable is not None:
        found[program.config_variable.name] = path_word(program.config_variable.opened, "file")
    found.update((one.name, Placed(one.value)) for one in program.openings if not one.is_flag)
    for name, value in options.kept.environment:
        found.setdefault(name, setting(value))
    return tuple(Placed(f"{identifier(name)}={value}") for name, value in found.items())


def _exposes(program: Program, port: int | None, options: Options) -> tuple[Placed, ...]:
    if port is not None:
        return (Placed(str(port)),)
    if program.port_variable is not None and not program.ports:
        return (Placed(str(DEFAULT_PORT)),)
    found = tuple(
        Placed(f"{known.number}" if known.transport == "tcp" else f"{known.number}/{known.transport}")
        for known in program.ports
        if program.is_reached(known)
    )
    if found or program.kind == "cli":
        return found
    wrong = next((kept for kept in options.kept.ports if not _PORT.fullmatch(kept)), None)
    if wrong is not None:
        raise GendockError(f"init.kept.ports: {quoted(wrong)} is no port such as 8080 or 53/udp")
    return tuple(Placed(kept) for kept in options.kept.ports)
