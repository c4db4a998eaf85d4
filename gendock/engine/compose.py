"""A compose file as a smoke run needs it: what the program depends on, without anything that could do harm.

The project is a copy under the run's own name: nothing is published, nothing restarts by itself, networks are
internal, volumes are new and empty, and folders of this machine are mounted read-only. So the project that a
person has running beside it, its data and its ports are not touched.

The format: https://github.com/compose-spec/compose-spec, as `docker compose config` writes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gendock.engine.run import Run
from gendock.errors import GendockError

_DROPPED = ("ports", "container_name", "restart", "profiles", "develop", "scale", "expose", "links", "labels")
_SOCKETS = ("docker.sock", "podman.sock", "containerd.sock")
_FIRST_LOOKS = "1s"  # between two answers of a service's HEALTHCHECK
_TRIES = 120


@dataclass(frozen=True, slots=True)
class Dependency:
    """A service that the program needs.

    Attributes:
        name: in the compose file.
        condition: what it has to be: `service_started`, `service_healthy`, `service_completed_successfully`.
    """

    name: str
    condition: str


@dataclass(frozen=True, slots=True)
class Composition:
    """What to bring up, and what the program gets of it.

    Attributes:
        program: the program's own service, which is not brought up.
        model: a whole compose file with all that it needs.
        needs: the services of it, in no order.
        environment: the program's variables, `NAME=value`.
        networks: those that it is on, as the engine will call them.
        files: secrets and configurations, by their paths in the container.
        volumes: paths in the container at which it keeps data.
        command: in place of CMD; None for CMD itself.
    """

    program: str
    model: dict[str, Any]
    needs: tuple[Dependency, ...]
    environment: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    volumes: tuple[str, ...] = ()
    command: tuple[str, ...] | None = None


def compose(
    said: Mapping[str, Any], run: Run, *, service: str | None, folder: Path, egress: bool
) -> Composition:
    """Make the run's own copy of a project.

    Args:
        said: what `docker compose config` says.
        run: whose labels and names everything gets.
        service: the program's name; None for the one that is built from `folder`, or the only one built.
        folder: the build context.
        egress: the services may reach the world.

    Raises:
        GendockError: no service is the program, or one wants what none gets.
    """
    services: dict[str, Any] = dict(said.get("services") or {})
    program = _program(services, service, folder)
    needs = _needs(services, program)
    for name in needs:
        _refuse(name, services[name])
    own = services[program]
    networks = _networks(services[name] for name in needs)  # one that only the program is on leads to nobody
    model = {
        "name": run.name,
        "services": {name: _service(services[name], name, needs, run) for name in needs},
        "networks": {name: {"labels": run.labels, "internal": not egress} for name in networks},
        "volumes": {name: {"labels": run.labels} for name in said.get("volumes") or {}},
        "secrets": said.get("secrets") or {},
        "configs": said.get("configs") or {},
    }
    environment = own.get("environment") or {}
    return Composition(
        program=program,
        model=model,
        needs=tuple(Dependency(name, condition) for name, condition in needs.items()),
        environment=tuple(f"{name}={value}" for name, value in environment.items() if value is not None),
        networks=tuple(f"{run.name}_{name}" for name in _networks([own]) if name in networks),
        files=_files(own, said),
        volumes=tuple(one["target"] for one in own.get("volumes") or () if one.get("type") == "volume"),
        command=tuple(own["command"]) if own.get("command") else None,
    )


def _program(services: Mapping[str, Any], named: str | None, folder: Path) -> str:
    if named is not None:
        if named not in services:
            raise GendockError(f"--service {named}: the compose file has {', '.join(services) or 'none'}")
        return named
    built = [name for name, one in services.items() if one.get("build")]
    here = [name for name in built if Path(services[name]["build"].get("context", "")) == folder.resolve()]
    chosen = here if len(here) == 1 else built
    if len(chosen) != 1:
        raise GendockError(f"which service is the program? Name it with --service: {', '.join(services)}")
    return chosen[0]


def _needs(services: Mapping[str, Any], program: str) -> dict[str, str]:
    """Return all that the program depends on, each with its condition; all others if it names none."""
    if not services[program].get("depends_on"):
        return {
            name: "service_started"
            for name, one in services.items()
            if name != program and not one.get("build")
        }
    needs: dict[str, str] = {}
    waiting = [program]
    while waiting:
        for name, how in (services[waiting.pop()].get("depends_on") or {}).items():
            condition = how.get("condition", "service_started")
            if name in services and name != program:
                if name not in needs:
                    waiting.append(name)
                if needs.get(name, "service_started") == "service_started":
                    needs[name] = condition
    return needs


def _refuse(name: str, service: Mapping[str, Any]) -> None:
    """Refuse what reaches beyond the project.

    Raises:
        GendockError: the service has the engine's socket, or the network of this machine.
    """
    for mount in service.get("volumes") or ():
        if str(mount.get("source", "")).endswith(_SOCKETS):
            raise GendockError(
                f"the service {name} mounts the engine's socket, which a smoke run gives to nobody"
            )
    if service.get("network_mode") == "host":
        raise GendockError(
            f"the service {name} has this machine's network, which a smoke run gives to nobody"
        )


def _networks(services: Any) -> list[str]:  # noqa: ANN401 - mappings as JSON has them
    return sorted({name for one in services for name in one.get("networks") or {"default": None}})


def _service(said: Mapping[str, Any], name: str, needs: Mapping[str, str], run: Run) -> dict[str, Any]:
    """Return a service as the run's own copy has it."""
    service = {key: value for key, value in said.items() if key not in _DROPPED}
    service["labels"] = run.labels
    service["depends_on"] = {key: how for key, how in (said.get("depends_on") or {}).items() if key in needs}
    service["volumes"] = [_mount(one) for one in said.get("volumes") or ()]
    networks = said.get("networks") or {"default": None}
    aliases = {key: {"aliases": (value or {}).get("aliases") or []} for key, value in networks.items()}
    if not said.get("network_mode"):
        service["networks"] = aliases
    if said.get("build"):
        service["image"] = f"gendock-{name.lower()}:{run.tag}"  # goes with the run
    if (said.get("healthcheck") or {}).get("test"):
        service["healthcheck"] = dict(said["healthcheck"]) | {"interval": _FIRST_LOOKS, "retries": _TRIES}
    if "deploy" in service:
        service["deploy"] = {"resources": (said["deploy"] or {}).get("resources") or {}}
    return service


def _mount(said: Mapping[str, Any]) -> dict[str, Any]:
    return dict(said) | ({"read_only": True} if said.get("type") == "bind" else {})


def _files(own: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, str]:
    """Return the program's secrets, configurations and mounted files by their paths in the container."""
    files: dict[str, str] = {}
    for kind, folder in (("secrets", "/run/secrets/"), ("configs", "/")):
        for one in own.get(kind) or ():
            known = (said.get(kind) or {}).get(one["source"]) or {}
            target = one.get("target") or one["source"]
            if known.get("file"):
                files[target if target.startswith("/") else folder + target] = known["file"]
    for mount in own.get("volumes") or ():
        if mount.get("type") == "bind" and not str(mount["source"]).endswith(_SOCKETS):
            files[mount["target"]] = mount["source"]
    return files
