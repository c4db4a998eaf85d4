"""compose.yaml as values that its template prints: every string is Placed, every choice is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendock.generate.compose_choices import MEMORY_LIMIT_OF_GO, MEMORY_MIB, PIDS, SECRETS
from gendock.generate.compose_escaping import project_name, scalar, scalars
from gendock.generate.compose_services import SERVICES, BackingService
from gendock.generate.escaping import Placed, identifier

if TYPE_CHECKING:
    from gendock.generate.compose_choices import ComposedProgram, Composition

Pairs = tuple[tuple[Placed, Placed], ...]
_START_AS_ROOT = ("CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETPCAP", "SETUID")


@dataclass(frozen=True, slots=True)
class CheckView:
    """A health check.

    Attributes:
        test: the command, as a list.
        interval: the time between two.
        timeout: how long one may take.
        retries: how many have to fail.
        start_period: how long a failure does not count.
    """

    test: Placed
    interval: Placed
    timeout: Placed
    retries: int
    start_period: Placed


@dataclass(frozen=True, slots=True)
class ProgramView:
    """A program's service.

    Attributes:
        name: the service's name.
        target: the stage of the Dockerfile; none where there is one program.
        services: the services that it waits for.
        env_file: the file of variables with passwords; none where there are none.
        environment: variables and their values.
        ports: the ports, as `127.0.0.1:HOST:CONTAINER`.
        check: its health check; none where nothing can ask.
        restart: when it is started again.
        read_only: whether it can do without writing to its root.
        volumes: names of volumes and their folders.
        secrets: the names of the secrets that it reads.
        memory: the limit of its memory.
        pids: the limit of its processes.
    """

    name: Placed
    target: Placed | None
    services: tuple[Placed, ...]
    env_file: Placed | None
    environment: Pairs
    ports: tuple[Placed, ...]
    check: CheckView | None
    restart: Placed
    read_only: bool
    volumes: Pairs
    secrets: tuple[Placed, ...]
    memory: Placed
    pids: Placed


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A backing service.

    Attributes:
        name: the service's name.
        image: its image.
        command: its command; none where the image's will do.
        environment: variables and their values.
        check: its health check.
        volume: the name of its volume and the folder; none where it keeps nothing.
        secrets: the names of the secrets that it reads.
        configuration: a secret that its configuration includes, and its place; none where there is none.
        capabilities: the capabilities that it starts with; none where it needs none.
        memory: the limit of its memory.
        pids: the limit of its processes.
    """

    name: Placed
    image: Placed
    command: Placed | None
    environment: Pairs
    check: CheckView
    volume: tuple[Placed, Placed] | None
    secrets: tuple[Placed, ...]
    configuration: tuple[Placed, Placed] | None
    capabilities: Placed | None
    memory: Placed
    pids: Placed


@dataclass(frozen=True, slots=True)
class ComposeView:
    """The whole file.

    Attributes:
        name: the project's name.
        programs: the programs, the default first.
        services: the services that they speak to.
        volumes: the names of the volumes.
        secrets: names of secrets and their files.
    """

    name: Placed
    programs: tuple[ProgramView, ...]
    services: tuple[ServiceView, ...]
    volumes: tuple[Placed, ...]
    secrets: Pairs


def compose_view(project: str, composition: Composition) -> ComposeView:
    """Lay out compose.yaml.

    Raises:
        RefusedError: a name cannot stand where it would have to.
    """
    programs = tuple(_program(one) for one in composition.programs)
    services = tuple(_service(name, SERVICES[name]) for name, _ in composition.services)
    volumes = [name for program in programs for name, _ in program.volumes]
    volumes += [service.volume[0] for service in services if service.volume is not None]
    read = {name for service in services for name in service.secrets}
    read |= {name for program in programs for name in program.secrets}
    read |= {service.configuration[0] for service in services if service.configuration is not None}
    return ComposeView(
        name=project_name(project),
        programs=programs,
        services=services,
        volumes=tuple(sorted(volumes)),
        secrets=tuple((name, scalar(f"./{SECRETS}/{name}")) for name in sorted(read)),
    )


def _program(one: ComposedProgram) -> ProgramView:
    environment = {"GOMEMLIMIT": f"{MEMORY_LIMIT_OF_GO}MiB"}
    environment.update({wired.variable.name: wired.value for wired in one.wired if not wired.secret})
    return ProgramView(
        name=Placed(one.name),
        target=None if one.target is None else scalar(one.target),
        services=tuple(Placed(name) for name in sorted(one.services)),
        env_file=None if one.env_file is None else scalar(one.env_file),
        environment=_pairs(environment),
        ports=tuple(
            Placed(f"'127.0.0.1:{port.host}:{port.container}{'' if port.transport == 'tcp' else '/udp'}'")
            for port in one.ports
        ),
        check=None if one.check is None else _check(one.check, 10),
        restart=Placed('"no"' if one.program.kind == "cli" else "unless-stopped"),
        read_only=one.read_only,
        volumes=tuple((Placed(name), scalar(folder)) for name, folder in one.volumes),
        secrets=tuple(Placed(f"{name}_password") for name in one.secret_files),
        memory=Placed(f"{MEMORY_MIB}M"),
        pids=Placed(str(PIDS)),
    )


def _service(name: str, row: BackingService) -> ServiceView:
    password = row.password
    environment = dict(row.environment)
    if password is not None:
        environment.update(dict.fromkeys(password.variables, f"/run/secrets/{name}_password"))
    target = None if password is None else password.target
    return ServiceView(
        name=Placed(name),
        image=scalar(row.image),
        command=scalars(row.command) if row.command else None,
        environment=_pairs(environment),
        check=_check(row.check, row.starting),
        volume=None if row.data is None else (Placed(f"{name}-data"), scalar(row.data)),
        secrets=(Placed(f"{name}_password"),) if password is not None and password.variables else (),
        configuration=None if target is None else (Placed(f"{name}_configuration"), scalar(target)),
        capabilities=scalars(_START_AS_ROOT) if row.starts_as_root else None,
        memory=Placed(row.memory),
        pids=Placed("512"),
    )


def _check(command: tuple[str, ...], starting: int) -> CheckView:
    return CheckView(
        test=scalars(("CMD", *command)),
        interval=Placed("5s"),
        timeout=Placed("5s"),
        retries=5,
        start_period=Placed(f"{starting}s"),
    )


def _pairs(environment: dict[str, str]) -> Pairs:
    """Names and quoted values, sorted: numbers and booleans are text for a container."""
    return tuple((_name(name), _quoted(environment[name])) for name in sorted(environment))


def _name(name: str) -> Placed:
    """The name of a variable; the dots of Java's settings may stand in it."""
    for part in name.split("."):
        identifier(part)
    return Placed(name)


def _quoted(text: str) -> Placed:
    written = scalar(text)
    return written if written.startswith('"') else Placed(f'"{written}"')
