"""What on this machine can build with BuildKit, the best first.

docker-py cannot: its `images.build` is the classic builder, which knows no `RUN --mount` and no heredoc. A
client of 23 or newer builds through its buildx plugin, and without the plugin not at all; an older one has
BuildKit of its own behind DOCKER_BUILDKIT=1. A machine may have both, so every `docker` on PATH is asked.
buildx comes first, as it is today's; podman last, and only for an engine that is Podman's.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from gendock.engine.buildx import Instance, read_instance, read_version
from gendock.errors import EngineUnavailableError, GendockError

_FIRST_BUILDKIT = (18, 9)
_FIRST_WITHOUT = (23, 0)  # from here on BuildKit is buildx's alone
_WITHIN = 20  # seconds for a client to answer
_INSTALL_BUILDX = (
    "Install its plugin, the package docker-buildx-plugin (or docker-buildx): "
    "https://docs.docker.com/go/buildx/"
)


class Kind(StrEnum):
    """Which command builds."""

    BUILDX = "buildx"
    DOCKER = "docker"  # a client's own BuildKit, in the engine
    PODMAN = "podman"


@dataclass(frozen=True, slots=True)
class Builder:
    """A command that builds.

    Attributes:
        kind: whose options it takes.
        command: its words before those options.
        name: for people, with its version.
        version: its numbers.
        environment: variables to set for it.
        instance: what buildx says of its builder; None for the others.
    """

    kind: Kind
    command: tuple[str, ...]
    name: str
    version: tuple[int, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    instance: Instance | None = None

    @property
    def label(self) -> str:
        """Its name among several: buildx's, else what it is."""
        return self.instance.name if self.instance else self.name

    @property
    def in_engine(self) -> bool:
        """Whether the engine itself builds, so that the image is there without being loaded."""
        return self.instance is None or self.instance.driver == "docker"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where builders are looked for.

    Attributes:
        path: folders of programs, as PATH has them; None for PATH itself.
        environment: variables by which a docker command reaches the engine.
        podman: the engine's address where it is Podman's; None for Docker's.
    """

    path: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    podman: str | None = None

    def programs(self, name: str) -> Iterator[Path]:
        """Yield every executable of a name, each file once."""
        known: set[Path] = set()
        path = os.environ.get("PATH", "") if self.path is None else self.path
        for folder in path.split(os.pathsep):
            candidate = Path(folder or ".") / name
            if candidate.is_file() and os.access(candidate, os.X_OK):
                real = candidate.resolve()
                if real not in known:
                    known.add(real)
                    yield candidate


def find_builders(names: Sequence[str], where: Surroundings) -> list[Builder]:
    """Return the builders that a person named, or the best there is.

    Raises:
        EngineUnavailableError: there is none, or it does not answer; the sentence says what to do.
        GendockError: buildx knows no builder of such a name.
    """
    if len(set(names)) < len(names):
        raise GendockError(f"--builder {_first_repeated(names)}: named twice")
    return [_named(name, where) for name in names] if names else [find_builder(where)]


def find_builder(where: Surroundings) -> Builder:
    """Return the first that can build: buildx's current builder, a client's own BuildKit, podman.

    Raises:
        EngineUnavailableError: there is none; the sentence says what to install.
    """
    seen: list[str] = []
    for client, version in _docker_clients(where):
        buildx = _buildx(client, where, None)
        if buildx is not None and not (where.podman and buildx.in_engine):
            if buildx.instance is not None and buildx.instance.trouble:
                raise EngineUnavailableError(_no_answer(buildx.instance))
            return buildx
        shown = ".".join(map(str, version))
        if _FIRST_BUILDKIT <= version < _FIRST_WITHOUT and not where.podman:
            environment = {"DOCKER_BUILDKIT": "1"}
            return Builder(Kind.DOCKER, (str(client), "build"), f"docker {shown}", version, environment)
        if buildx is None:
            seen.append(f"{client} ({shown}) has no buildx")
    if where.podman:
        return _podman(where)
    if seen:
        raise EngineUnavailableError(f"no docker client here can build: {'; '.join(seen)}. {_INSTALL_BUILDX}")
    raise EngineUnavailableError(
        "no docker client on PATH, and building needs one. Install the package docker-ce-cli with "
        "docker-buildx-plugin, or docker.io: https://docs.docker.com/engine/install/"
    )


def _named(name: str, where: Surroundings) -> Builder:
    seen = False
    for client, _ in _docker_clients(where):
        seen = True
        buildx = _buildx(client, where, name)
        if buildx is None:
            continue
        if buildx.instance is None:
            raise GendockError(f"--builder {name}: buildx has no builder of that name. See: docker buildx ls")
        if buildx.instance.trouble:
            raise EngineUnavailableError(_no_answer(buildx.instance))
        return buildx
    lack = "no docker client here has it" if seen else "there is no docker client on PATH"
    raise EngineUnavailableError(f"--builder {name} needs buildx, and {lack}. {_INSTALL_BUILDX}")


def _no_answer(instance: Instance) -> str:
    return f"buildx's builder {instance.name} does not answer: {instance.trouble}. See: docker buildx ls"


def _buildx(client: Path, where: Surroundings, name: str | None) -> Builder | None:
    """Return a client's buildx with a builder of it; None where the client has no buildx."""
    version = _answer(where, client, "buildx", "version")
    if version is None:
        return None
    words = version.split()
    shown = words[1] if len(words) > 1 else ""
    numbers = read_version(shown)
    inspected = _answer(where, client, "buildx", "inspect", *([name] if name else []))
    return Builder(
        Kind.BUILDX,
        (str(client), "buildx"),
        f"buildx {shown}" if numbers else "buildx",
        numbers,
        instance=read_instance(inspected) if inspected else None,
    )


def _podman(where: Surroundings) -> Builder:
    for client in where.programs("podman"):
        found = re.match(r"podman version (\S+)", _answer(where, client, "--version") or "")
        if found:
            command = (str(client), "--url", where.podman or "", "build")
            return Builder(Kind.PODMAN, command, f"podman {found[1]}", read_version(found[1]))
    raise EngineUnavailableError(
        f"the engine at {where.podman} is Podman's, and there is no podman on PATH to build with. "
        "Install the package podman (podman-remote will do), or name a builder of buildx with --builder"
    )


def _docker_clients(where: Surroundings) -> Iterator[tuple[Path, tuple[int, ...]]]:
    """Yield Docker's clients with their versions; Podman's imitation is none."""
    for client in where.programs("docker"):
        found = re.match(
            r"Docker version (\d+)\.(\d+)(?:\.(\d+))?", _answer(where, client, "--version") or ""
        )
        if found:
            yield client, tuple(int(part) for part in found.groups(default="0"))


def _answer(where: Surroundings, client: Path, *words: str) -> str | None:
    """Return what a client prints; None where it fails."""
    try:
        done = subprocess.run(
            [str(client), *words],
            capture_output=True,
            check=False,
            text=True,
            errors="replace",
            timeout=_WITHIN,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **where.environment},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def _first_repeated(names: Sequence[str]) -> str:
    return next(name for at, name in enumerate(names) if name in names[:at])
