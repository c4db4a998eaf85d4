"""What compose.yaml starts, and how: every choice, before it is laid out."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendock.generate.choices import DEFAULT_PORT, chosen_port
from gendock.generate.compose_escaping import service_name, volume_name
from gendock.generate.compose_services import SERVICES
from gendock.generate.compose_variables import Wired, wire
from gendock.generate.health import health_command
from gendock.generate.run_time import WORK_FOLDER, choose_run_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gendock.generate.options import Options
    from gendock.generate.plan import Plan
    from gendock.golang import Program, Service, WrittenPath

SECRETS = ".secrets"
MEMORY_MIB = 256
MEMORY_LIMIT_OF_GO = MEMORY_MIB * 9 // 10
PIDS = 128


@dataclass(frozen=True, slots=True)
class Published:
    """A port of a program and the one on 127.0.0.1 that leads to it."""

    host: int
    container: int
    transport: str


@dataclass(frozen=True, slots=True)
class ComposedProgram:
    """A program as a service.

    `name` is the service's, `target` the Dockerfile's; None where there is only one. `volumes` are names and
    folders. `written_elsewhere` are the places that are written and are in none of them. `check` is the
    command of the health check, None where nothing in the image can ask.
    """

    program: Program
    name: str
    target: str | None
    ports: tuple[Published, ...]
    services: tuple[str, ...]
    wired: tuple[Wired, ...]
    volumes: tuple[tuple[str, str], ...]
    written_elsewhere: tuple[WrittenPath, ...]
    check: tuple[str, ...] | None

    @property
    def read_only(self) -> bool:
        """Whether it can do without writing to its root."""
        return not self.written_elsewhere

    @property
    def env_file(self) -> str | None:
        """The file with the variables that hold passwords; None where there are none."""
        return f"{SECRETS}/{self.name}.env" if any(wired.secret for wired in self.wired) else None

    @property
    def secret_files(self) -> tuple[str, ...]:
        """The services whose password files it reads."""
        return tuple(dict.fromkeys(one.service for one in self.wired if one.what == "password, as a file"))


@dataclass(frozen=True, slots=True)
class Composition:
    """Everything that compose.yaml starts.

    `unknown` are services that it has no row for. `left_out` are databases that no variable names, where the
    program knows several.
    """

    programs: tuple[ComposedProgram, ...]
    services: tuple[tuple[str, Service], ...]
    unknown: tuple[Service, ...]
    left_out: tuple[str, ...]

    @property
    def protected(self) -> tuple[str, ...]:
        """The services with a password."""
        return tuple(name for name, _ in self.services if SERVICES[name].password is not None)


def compose(plan: Plan, options: Options) -> Composition:
    """Choose what compose.yaml starts: the default program, others that stay up, and their services."""
    programs = [plan.programs[0], *(one for one in plan.programs[1:] if one.kind != "cli")]
    found = {service.name: service for program in programs for service in program.services}
    left_out = _alternatives(plan, programs)
    known = {name: one for name, one in found.items() if name in SERVICES and name not in left_out}
    taken = set(SERVICES)
    used: set[tuple[int, str]] = set()
    volumes = {f"{name}-data" for name in known}
    composed = []
    for program in programs:
        name = service_name(program.name, taken)
        taken.add(name)
        port = chosen_port(program, options, is_default=program is plan.programs[0])
        target = plan.targets[plan.programs.index(program)] if len(plan.targets) > 1 else None
        ports = tuple(_published(program, port, used))
        kept = tuple(_kept(name, program, volumes, options))
        composed.append(_composed(plan, program, name, target, ports, kept, left_out, options))
    unknown = tuple(service for name, service in found.items() if name not in SERVICES)
    return Composition(tuple(composed), tuple(known.items()), unknown, left_out)


def _alternatives(plan: Plan, programs: Sequence[Program]) -> tuple[str, ...]:
    """Of several databases, those that no variable names: a program that knows many speaks to one."""
    known = {name for program in programs for name in _known(program) if SERVICES[name].is_database}
    named = {one.service for program in programs for one in _wire(plan, program)}
    return tuple(sorted(known - named)) if len(known) > 1 else ()


def _known(program: Program) -> tuple[str, ...]:
    return tuple(service.name for service in program.services if service.name in SERVICES)


def _wire(plan: Plan, program: Program) -> tuple[Wired, ...]:
    module = plan.project.module_of(program).path.rpartition("/")[2]
    return wire(program, _known(program), (program.name, plan.project.name, module))


def _kept(service: str, program: Program, taken: set[str], options: Options) -> Iterator[tuple[str, str]]:
    """A named volume for each that the image declares."""
    for folder in choose_run_time(program, options).volumes:
        volume = volume_name(service, folder, taken)
        taken.add(volume)
        yield volume, folder


def _composed(
    plan: Plan,
    program: Program,
    name: str,
    target: str | None,
    ports: tuple[Published, ...],
    volumes: tuple[tuple[str, str], ...],
    left_out: tuple[str, ...],
    options: Options,
) -> ComposedProgram:
    run = choose_run_time(program, options)
    return ComposedProgram(
        program=program,
        name=name,
        target=target,
        ports=ports,
        services=tuple(service for service in _known(program) if service not in left_out),
        wired=_wire(plan, program),
        volumes=volumes,
        written_elsewhere=tuple(
            place for place in program.kept if not place.path or not _is_kept(place.folder, run.volumes)
        ),
        check=health_command(program, options),
    )


def _published(program: Program, asked: int | None, used: set[tuple[int, str]]) -> Iterator[Published]:
    """Each port, on the first free one from its own number up."""
    if asked is not None:
        ports = [(asked, "tcp")]
    elif program.port_variable is not None and not program.ports:
        ports = [(DEFAULT_PORT, "tcp")]
    else:
        ports = [(port.number, port.transport) for port in program.ports if program.is_reached(port)]
    for number, transport in ports:
        host = number
        while (host, transport) in used:
            host += 1
        used.add((host, transport))
        yield Published(host, number, transport)


def _is_kept(folder: str, volumes: tuple[str, ...]) -> bool:
    """Whether a folder that is written can be written under a read-only root."""
    path = posixpath.join(WORK_FOLDER, folder)
    return any(f"{path}/".startswith(f"{top}/") for top in (*volumes, "/tmp"))  # noqa: S108 - in the image
