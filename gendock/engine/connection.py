"""Where the Docker engine is, and a client that talks to it.

The address is found as the docker command finds it: DOCKER_HOST, then DOCKER_CONTEXT or the current context
of ~/.docker/config.json, then the default socket; then Docker Desktop's socket in the home folder, which is
there without a context when the system-wide link is switched off; then Podman's sockets, this user's first.
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gendock.errors import EngineUnavailableError
from gendock.files import home

if TYPE_CHECKING:
    from docker import DockerClient

DEFAULT_SOCKET = Path("/var/run/docker.sock")
DEFAULT_URL = f"unix://{DEFAULT_SOCKET}"
PODMAN_SOCKET = Path("/run/podman/podman.sock")
_ANSWER_WITHIN = 10  # seconds for the first answer; a dead remote engine must not hang the command
_CALL_TIMEOUT = 60  # seconds for every later call


@dataclass(frozen=True, slots=True)
class Address:
    """Where an engine is expected.

    Attributes:
        url: `unix://`, `tcp://`, `ssh://` or `npipe://`.
        because: what named it, for the error's parentheses.
        options: docker-py's own keyword arguments for TLS.
    """

    url: str
    because: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which a docker command reaches the same engine."""
        if self.because.startswith("from"):
            return {}  # the command reads DOCKER_HOST and contexts itself, with their certificates
        return {"DOCKER_HOST": self.url}


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that has answered: docker-py's client of it, and where it is."""

    client: DockerClient
    address: Address

    @property
    def is_podman(self) -> bool:
        """Whether it is Podman that answers as if it were Docker."""
        components = self.client.version().get("Components") or []
        return any("Podman" in str(component.get("Name")) for component in components)

    @property
    def has_containerd_store(self) -> bool:
        """Whether images are containerd's, which can be of several platforms."""
        status = self.client.info().get("DriverStatus") or []
        return any("io.containerd.snapshotter" in str(value) for _, value in status)


def find_address(environment: Mapping[str, str] | None = None) -> Address:
    """Find the engine's address as the docker command does.

    Raises:
        EngineUnavailableError: DOCKER_CONTEXT, or the configured context, does not exist.
    """
    from docker.context import ContextAPI
    from docker.utils import kwargs_from_env

    env = os.environ if environment is None else environment
    if env.get("DOCKER_HOST"):
        options = dict(kwargs_from_env(environment=dict(env)))
        options.pop("base_url", None)
        return Address(env["DOCKER_HOST"], "from DOCKER_HOST", options)
    name = env.get("DOCKER_CONTEXT") or None
    context = ContextAPI.get_context(name)
    if context is None:
        raise EngineUnavailableError(
            f"the Docker context {name or 'in ~/.docker/config.json'} does not exist. See: docker context ls"
        )
    if context.Name != "default" and context.Host:
        found = ContextAPI.kwargs_from_context(context.Name)
        tls = {"tls": found["tls"]} if "tls" in found else {}
        return Address(found["base_url"], f"from the Docker context {context.Name}", tls)
    if not DEFAULT_SOCKET.exists():
        for path, because in _other_sockets(env):
            if _is_socket(path):
                return Address(f"unix://{path}", because)
    return Address(DEFAULT_URL, "DOCKER_HOST is not set")


def _other_sockets(environment: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    yield home() / ".docker" / "run" / "docker.sock", "Docker Desktop's socket"
    runtime = environment.get("XDG_RUNTIME_DIR")
    if runtime:
        yield Path(runtime) / "docker.sock", "the socket of rootless Docker"
        yield Path(runtime) / "podman" / "podman.sock", "Podman's socket"
    yield PODMAN_SOCKET, "Podman's socket"


def connect(address: Address | None = None) -> Engine:
    """Return an engine that has answered.

    Raises:
        EngineUnavailableError: nothing answers there, or this user may not ask.
    """
    where = find_address() if address is None else address
    try:
        _knock(where.url)
        return Engine(_client(where), where)
    except PermissionError as error:
        raise EngineUnavailableError(
            f"no permission to ask the Docker engine at {where.url} ({where.because}). "
            "Join its group (often `docker`), or set DOCKER_HOST to an engine of your own"
        ) from error
    except (OSError, ValueError) as error:
        raise EngineUnavailableError(
            f"no Docker engine answers at {where.url} ({where.because}). Start Docker{_or_a_private_engine()}"
        ) from error


def _or_a_private_engine() -> str:
    """The other way to an engine, where gendock runs from a checkout: an installed one has no scripts."""
    script = Path(__file__).parents[2] / "scripts" / "engine"
    if not script.is_file():
        return ""
    return f", or: {script.relative_to(Path.cwd()) if script.is_relative_to(Path.cwd()) else script} up"


def _client(where: Address) -> DockerClient:
    """Return docker-py's client, which speaks the API version that the engine names.

    Raises:
        OSError, ValueError: no engine answers there.
    """
    from docker import APIClient, DockerClient
    from docker.errors import DockerException

    options = dict(where.options)
    if where.url.startswith("ssh://"):
        options["use_ssh_client"] = True  # the user's own ssh configuration, and no paramiko
    try:
        # docker-py's `version="auto"` asks in the constructor, and leaves connections open where that fails.
        with closing(APIClient(where.url, version="1.41", timeout=_ANSWER_WITHIN, **options)) as asking:
            version = str(asking.version(api_version=False)["ApiVersion"])
    except (DockerException, KeyError, TypeError) as error:
        raise ValueError(str(error)) from error
    return DockerClient(base_url=where.url, version=version, timeout=_CALL_TIMEOUT, **options)


def _knock(url: str) -> None:
    """Connect to a Unix socket once: the errors are plainer than those of the layers above.

    Raises:
        OSError: nobody listens there; PermissionError, where this user may not connect.
    """
    if url.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as knocking:
            knocking.settimeout(_ANSWER_WITHIN)
            knocking.connect(url.removeprefix("unix://"))


@contextmanager
def engine_in_reach() -> Iterator[Engine]:
    """Connect for the length of a block.

    Raises:
        EngineUnavailableError: as `connect`.
    """
    engine = connect()
    try:
        yield engine
    finally:
        engine.client.close()


def _is_socket(path: Path) -> bool:
    try:
        return stat.S_ISSOCK(path.stat().st_mode)
    except OSError:
        return False
