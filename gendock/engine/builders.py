"""Which docker client on this machine can build with BuildKit.

docker-py cannot: its `images.build` is the classic builder, which knows no `RUN --mount` and no heredoc. A
client of 23 or newer builds through its buildx plugin, and without the plugin not at all; an older one has
BuildKit of its own behind DOCKER_BUILDKIT=1. A machine may have both, so every `docker` on PATH is asked.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gendock.errors import EngineUnavailableError

_FIRST_BUILDKIT = (18, 9)
_FIRST_WITHOUT = (23, 0)  # from here on BuildKit is buildx's alone
_WITHIN = 20  # seconds for a client to say its version


@dataclass(frozen=True, slots=True)
class Builder:
    """A command that builds with BuildKit.

    Attributes:
        command: the words before the build's own options.
        name: for people, with its version.
        environment: variables to set for it.
    """

    command: tuple[str, ...]
    name: str
    environment: Mapping[str, str] = field(default_factory=dict)


def find_builder(path: str | None = None) -> Builder:
    """Return the first docker client on `path` (default: PATH) that can build.

    Raises:
        EngineUnavailableError: there is none; the sentence says what to install.
    """
    seen: list[str] = []
    for client in _clients(os.environ.get("PATH", "") if path is None else path):
        version = _version(client)
        if version is None:  # no Docker client; Podman's imitation is one such
            continue
        buildx = _answer(client, "buildx", "version")
        if buildx is not None:
            words = buildx.split()
            shown = words[1] if len(words) > 1 else ""
            return Builder((str(client), "buildx", "build", "--load"), f"buildx {shown}".strip())
        if _FIRST_BUILDKIT <= version < _FIRST_WITHOUT:
            shown = ".".join(map(str, version))
            return Builder((str(client), "build"), f"docker {shown}", {"DOCKER_BUILDKIT": "1"})
        seen.append(f"{client} ({'.'.join(map(str, version))}) has no buildx")
    if seen:
        raise EngineUnavailableError(
            f"no docker client here can build: {'; '.join(seen)}. Install its plugin, the package "
            "docker-buildx-plugin (or docker-buildx): https://docs.docker.com/go/buildx/"
        )
    raise EngineUnavailableError(
        "no docker client on PATH, and building needs one. Install the package docker-ce-cli with "
        "docker-buildx-plugin, or docker.io: https://docs.docker.com/engine/install/"
    )


def _clients(path: str) -> Iterator[Path]:
    """Yield every executable named `docker` on `path`, each file once."""
    known: set[Path] = set()
    for folder in path.split(os.pathsep):
        candidate = Path(folder or ".") / "docker"
        if candidate.is_file() and os.access(candidate, os.X_OK):
            real = candidate.resolve()
            if real not in known:
                known.add(real)
                yield candidate


def _version(client: Path) -> tuple[int, ...] | None:
    answer = _answer(client, "--version")
    found = re.match(r"Docker version (\d+)\.(\d+)(?:\.(\d+))?", answer or "")
    return tuple(int(part) for part in found.groups(default="0")) if found else None


def _answer(client: Path, *words: str) -> str | None:
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
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
