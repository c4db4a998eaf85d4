"""One container of a run: made under the limits that production would set, watched, stopped.

The limits: a read-only root file system with 16 MB of /tmp, no capabilities, no new privileges, 128
processes, one processor, a memory limit without swap, and a network of its own.

Ports below 1024 are closed to it, as they are in Podman and in Kubernetes with containerd before 2; Docker
opens them to everybody. HEALTHCHECK is asked several times a second, whatever its own interval.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gendock.engine.network import Network, make_network
from gendock.engine.procfs import HostProcess

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container as DockerContainer

    from gendock.engine.run import Run
    from gendock.engine.signals import Interrupts

TMPFS = {"/tmp": "rw,noexec,nosuid,size=16m"}  # noqa: S108 - in the container
PIDS = 128
# Names are looked up at the container's own loopback, where nobody answers, with one try of one second: an
# engine before 25 does not report the refusal, and a program would wait for ten seconds.
_NO_NAMES: dict[str, Any] = {"dns": ["127.0.0.1"], "dns_opt": ["timeout:1", "attempts:1"]}
_HEALTH_PAUSE = 150_000_000  # nanoseconds
_HEALTH_TRIES = 1000  # a server that gets ready is not sick
LOG_LINES = 40
_LOG_BYTES = 256 * 1024  # of a log's end; a program may print without end
_MOUNT_POINTS = re.compile(
    r"/(?:dev|proc|sys|tmp)(?:/.*)?|/etc(?:/(?:hosts|hostname|resolv\.conf|mtab))?|/\.dockerenv"
)


@dataclass(frozen=True, slots=True)
class State:
    """What the engine says of a container.

    Attributes:
        running: whether its first process lives.
        exit_code: None while it runs or has never run.
        oom_killed: whether the memory limit ended it.
        restarts: how often the engine started it again.
        pid: of its first process, in the engine's namespace; 0 once it has ended.
        seconds: how long it ran; None while it runs.
        error: why it could not start.
        health: what HEALTHCHECK says, `starting`, `healthy` or `unhealthy`; empty without one.
        health_said: what its last answer printed, with its exit code.
    """

    running: bool
    exit_code: int | None
    oom_killed: bool
    restarts: int
    pid: int
    seconds: float | None
    error: str
    health: str = ""
    health_said: str = ""


@dataclass(frozen=True, slots=True)
class ContainerSpec:
    """What to make a container of.

    Attributes:
        image_id: `sha256:…`.
        command: what stands in place of CMD; None for CMD itself.
        ports: TCP ports that will be asked.
        environment: `NAME=value`.
        memory: `256m`.
        healthcheck: the words of HEALTHCHECK, which is asked often; empty for none.
        health_timeout: nanoseconds for one answer of it; 0 for the engine's choice.
        files: read-only, each by its path in the container: where it is on this machine.
        volumes: paths in the container at which it keeps data; each gets an empty volume.
    """

    image_id: str
    command: Sequence[str] | None
    ports: Sequence[int]
    environment: Sequence[str]
    memory: str
    healthcheck: Sequence[str] = ()
    health_timeout: int = 0
    files: Mapping[str, str] = field(default_factory=dict)
    volumes: Sequence[str] = ()


class Sandbox:
    """The network of one run, and the containers on it."""

    def __init__(
        self,
        client: DockerClient,
        run: Run,
        interrupts: Interrupts,
        *,
        egress: bool = False,
        beside: Sequence[str] = (),
    ) -> None:
        """Prepare; nothing is made before the first container is.

        Args:
            client: of the engine.
            run: whose labels all that is made carries.
            interrupts: wait while something is being made.
            egress: the containers may reach the world.
            beside: names of networks that they are on as well.
        """
        self._client = client
        self._run = run
        self._interrupts = interrupts
        self._egress = egress
        self._beside = beside
        self._network: Network | None = None
        self._count = 0

    def create(self, spec: ContainerSpec) -> Container:
        """Make a container and do not start it.

        Raises:
            docker.errors.APIError: the engine refused.
        """
        from docker.types import LogConfig

        with self._interrupts.held():
            if self._network is None:
                self._network = make_network(self._client, self._run, egress=self._egress)
            network = self._network
            self._count += 1
            made = self._client.containers.create(
                spec.image_id,
                command=list(spec.command) if spec.command is not None else None,
                name=f"{self._run.name}-{self._count}",
                labels=self._run.labels,
                environment=list(spec.environment),
                network=network.name,
                ports={} if network.direct else _published(spec.ports),
                healthcheck=_healthcheck(spec),
                volumes=self._mounts(spec),
                sysctls={"net.ipv4.ip_unprivileged_port_start": "1024"},
                **({} if self._egress else _NO_NAMES),
                read_only=True,
                tmpfs=TMPFS,
                cap_drop=["ALL"],
                security_opt=["no-new-privileges"],
                pids_limit=PIDS,
                mem_limit=spec.memory,
                memswap_limit=spec.memory,
                nano_cpus=10**9,
                init=False,  # an engine may be configured to put its own process 1 in front
                log_config=LogConfig(type=LogConfig.types.JSON, config={"max-size": "4m", "max-file": "1"}),
            )
            for name in self._beside:
                self._client.networks.get(name).connect(made)
        return Container(self._client, made, self._interrupts, network)

    def _mounts(self, spec: ContainerSpec) -> dict[str, dict[str, str]]:
        mounts = {place: {"bind": path, "mode": "ro"} for path, place in spec.files.items()}
        for number, path in enumerate(spec.volumes, start=1):
            name = f"{self._run.name}-{self._count}-{number}"
            self._client.volumes.create(name, labels=self._run.labels)
            mounts[name] = {"bind": path, "mode": "rw"}
        return mounts

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all that was made, for a person who asked to keep it."""
        containers = [f"{self._run.name}-{number}" for number in range(1, self._count + 1)]
        return (*containers, *([self._network.name] if self._network else []))


class Container:
    """A container that this run made."""

    def __init__(
        self, client: DockerClient, made: DockerContainer, interrupts: Interrupts, network: Network
    ) -> None:
        """Hold docker-py's object."""
        self._client = client
        self._made = made
        self._interrupts = interrupts
        self._network = network
        self.id = str(made.id)

    def start(self) -> None:
        """Start it.

        Raises:
            docker.errors.APIError: it cannot be started; the text is the runtime's.
        """
        with self._interrupts.held():
            self._made.start()

    def state(self) -> State:
        """Ask the engine how it is."""
        self._made.reload()
        state = self._made.attrs["State"]
        running = bool(state.get("Running"))
        began, ended = _moment(state.get("StartedAt")), _moment(state.get("FinishedAt"))
        return State(
            running=running,
            exit_code=None if running or state.get("Status") == "created" else int(state.get("ExitCode", 0)),
            oom_killed=bool(state.get("OOMKilled")),
            restarts=int(self._made.attrs.get("RestartCount", 0)),
            pid=int(state.get("Pid", 0)),
            seconds=None if running or not began or not ended else max(0.0, (ended - began).total_seconds()),
            error=str(state.get("Error") or ""),
            health=str((state.get("Health") or {}).get("Status") or ""),
            health_said=_last_health(state.get("Health") or {}),
        )

    def address(self, port: int) -> tuple[str, int] | None:
        """Return where this machine reaches a port, as of the last `state`; None where it does not."""
        settings = self._made.attrs["NetworkSettings"]
        if self._network.direct:
            own = (settings.get("Networks") or {}).get(self._network.name) or {}
            return (str(own["IPAddress"]), port) if own.get("IPAddress") else None
        published = (settings.get("Ports") or {}).get(f"{port}/tcp")
        return ("127.0.0.1", int(published[0]["HostPort"])) if published else None

    def log(self, lines: int = LOG_LINES) -> tuple[str, ...]:
        """Return the last lines that it printed, on either stream."""
        raw = self._made.logs(stdout=True, stderr=True, tail=lines)
        return tuple(raw[-_LOG_BYTES:].decode("utf-8", "replace").splitlines()[-lines:])

    def processes(self) -> list[tuple[int, int, str]]:
        """Return (uid, pid, command line) of its processes, as the engine's machine numbers them.

        Raises:
            docker.errors.APIError: it has ended, or the engine's machine has no such `ps`.
        """
        answer = self._made.top(ps_args="-eo uid,pid,args")
        return [(int(row[0]), int(row[1]), " ".join(row[2:])) for row in answer["Processes"]]

    def memory(self) -> tuple[int, int]:
        """Return bytes in use, page cache aside, and the limit."""
        from docker.errors import InvalidVersion

        try:
            stats = self._client.api.stats(self.id, stream=False, one_shot=True)
        except InvalidVersion:  # an engine before 20.10
            stats = self._client.api.stats(self.id, stream=False)
        memory = stats.get("memory_stats") or {}
        details = memory.get("stats") or {}
        cache = details.get("inactive_file", details.get("total_inactive_file", 0))
        return max(0, int(memory.get("usage", 0)) - int(cache)), int(memory.get("limit", 0))

    def written(self) -> list[str]:
        """Return the paths that it changed on its root, mount points that the engine makes aside."""
        paths = (str(entry["Path"]) for entry in self._made.diff() or ())
        return [path for path in paths if not _MOUNT_POINTS.fullmatch(path)]

    def stop(self, within: float) -> int:
        """Send the stop signal, and after `within` seconds kill; the milliseconds until it had ended."""
        began = time.monotonic()
        self._made.stop(timeout=max(1, round(within)))
        return round((time.monotonic() - began) * 1000)

    def kill(self) -> None:
        """End it at once."""
        from docker.errors import APIError

        with suppress(APIError):  # it has just ended
            self._made.kill()

    def remove(self) -> None:
        """Take it away at once, running or not, with its anonymous volumes."""
        from docker.errors import APIError

        with suppress(APIError):  # the run's cleaning up tries again
            self._made.remove(force=True, v=True)

    def on_host(self, state: State) -> HostProcess | None:
        """Return its first process as this machine sees it; None where the engine is elsewhere."""
        return HostProcess.of(state.pid, self.id)


def _published(ports: Sequence[int]) -> dict[str, Any]:
    """Publish ports on 127.0.0.1, each at one that the engine chooses."""
    return {f"{port}/tcp": ("127.0.0.1", None) for port in ports}


def _healthcheck(spec: ContainerSpec) -> dict[str, Any]:
    """Return the image's HEALTHCHECK, at a pace that nobody has to wait for."""
    if not spec.healthcheck:
        return {"test": ["NONE"]}
    check: dict[str, Any] = {
        "test": list(spec.healthcheck),
        "interval": _HEALTH_PAUSE,
        "retries": _HEALTH_TRIES,
    }
    return check | ({"timeout": spec.health_timeout} if spec.health_timeout else {})


def _last_health(health: dict[str, Any]) -> str:
    answers = health.get("Log") or []
    if not answers:
        return ""
    said = " ".join(str(answers[-1].get("Output") or "").split())
    return f"exit {answers[-1].get('ExitCode')}" + (f": {said}" if said else "")


def _moment(text: str | None) -> datetime | None:
    """Read the engine's RFC 3339 time; None for its `0001-01-01`."""
    found = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,6})?\d*(Z|[+-]\d\d:\d\d)$", text or "")
    if not found or found[1].startswith("0001"):
        return None
    return datetime.fromisoformat(
        found[1] + (found[2] or ".0").ljust(7, "0") + found[3].replace("Z", "+00:00")
    )
