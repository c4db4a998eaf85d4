"""What an image says of itself: its configuration, by the engine's answer or by the OCI specification.

The specification: https://github.com/opencontainers/image-spec, config.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from gendock.errors import GendockError

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class _Healthcheck(msgspec.Struct, rename="pascal", frozen=True):
    test: list[str] | None = None
    timeout: int = 0


class _Config(msgspec.Struct, rename="pascal", frozen=True):
    user: str | None = None
    entrypoint: list[str] | None = None
    cmd: list[str] | None = None
    env: list[str] | None = None
    working_dir: str | None = None
    exposed_ports: dict[str, Any] | None = None
    stop_signal: str | None = None
    labels: dict[str, str] | None = None
    healthcheck: _Healthcheck | None = None


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """An image's configuration.

    Attributes:
        user: as written, `65532:65532`; empty for root.
        entrypoint: words; empty where there is none.
        command: words; empty where there is none.
        environment: PATH and the rest.
        folder: WORKDIR, `/` by default.
        ports: TCP ports of EXPOSE, ascending.
        datagram_ports: UDP ports of EXPOSE, ascending.
        operating_system: a GOOS.
        architecture: a GOARCH.
        stop_signal: SIGTERM by default.
        labels: by their names.
        history: the instructions that made it, the oldest first.
        healthcheck: the words of HEALTHCHECK, `CMD` or `CMD-SHELL` first; empty where there is none.
        health_timeout: nanoseconds for one answer of it; 0 for the engine's own choice.
    """

    user: str
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    environment: dict[str, str]
    folder: str
    ports: tuple[int, ...]
    operating_system: str
    architecture: str
    stop_signal: str
    labels: dict[str, str] = field(default_factory=dict)
    history: tuple[str, ...] = ()
    healthcheck: tuple[str, ...] = ()
    health_timeout: int = 0
    datagram_ports: tuple[int, ...] = ()

    @classmethod
    def of(
        cls, config: object, *, operating_system: str, architecture: str, history: tuple[str, ...] = ()
    ) -> ImageFacts:
        """Read an image's `config` object.

        Raises:
            GendockError: a value in it is of no type that it can have.
        """
        try:
            said = msgspec.convert(config or {}, _Config)
        except msgspec.ValidationError as error:
            raise GendockError(f"the image's configuration is none: {error}") from error
        pairs = (entry.partition("=") for entry in said.env or ())
        exposed = [entry.partition("/") for entry in said.exposed_ports or ()]
        check = tuple((said.healthcheck and said.healthcheck.test) or ())
        return cls(
            user=said.user or "",
            entrypoint=tuple(said.entrypoint or ()),
            command=tuple(said.cmd or ()),
            environment={name: value for name, _, value in pairs},
            folder=said.working_dir or "/",
            ports=_ports(exposed, "tcp"),
            operating_system=operating_system or "linux",
            architecture=architecture,
            stop_signal=said.stop_signal or "SIGTERM",
            labels=said.labels or {},
            history=history,
            healthcheck=check if check[:1] in (("CMD",), ("CMD-SHELL",)) else (),
            health_timeout=said.healthcheck.timeout if said.healthcheck else 0,
            datagram_ports=_ports(exposed, "udp"),
        )

    @property
    def words(self) -> tuple[str, ...]:
        """What starting the image runs."""
        return self.entrypoint + self.command

    @property
    def path(self) -> str:
        """Where a command without a folder is looked for."""
        return self.environment.get("PATH", DEFAULT_PATH)


def _ports(exposed: list[tuple[str, str, str]], protocol: str) -> tuple[int, ...]:
    of_it = {number for number, _, kind in exposed if (kind or "tcp") == protocol and _is_port(number)}
    return tuple(sorted(map(int, of_it)))


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < int(text[:6]) < 2**16
