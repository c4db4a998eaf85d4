"""Asking a Docker engine over its socket, or through the docker client where a socket is not enough."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from private_engine.command import run, search_path
from private_engine.errors import CommandError, NoEngineError

ANSWER_DEADLINE = 5.0
CLIENT_DEADLINE = 20.0
MADE_HERE_LABEL = "dev.gendock.base"

# From this version on the client builds through its buildx plugin, which may not be installed.
FIRST_CLIENT_THAT_NEEDS_BUILDX = 23


class _SocketConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


@dataclass(frozen=True)
class Image:
    """An image in an engine, under one of its names."""

    name: str
    size: int
    made_here: bool


@dataclass(frozen=True)
class Engine:
    """An address at which a Docker engine may answer.

    Attributes:
        host: as in DOCKER_HOST, or the name of a context that only the client can open.
        found_by: what named it, for a person.
        needs_export: whether a docker client finds it only once DOCKER_HOST is set.
        only_by_client: a TLS or ssh address, left to the docker client.
        environment: what the docker client needs to reach it.
    """

    host: str
    found_by: str
    needs_export: bool = False
    only_by_client: bool = False
    environment: dict[str, str | None] = field(default_factory=dict)

    def version(self) -> str:
        """Its version.

        Raises:
            NoEngineError: it does not answer; the text says why.
        """
        if self.only_by_client:
            return self._version_by_client()
        self._get("/_ping")
        answer = json.loads(self._get("/version"))
        return str(answer.get("Version", "of an unknown version"))

    def images(self) -> dict[str, Image]:
        """All its images that have a name."""
        by_client = self.only_by_client
        listed = self._images_by_client() if by_client else json.loads(self._get("/images/json"))
        found = {}
        for one in listed:
            labels = one.get("Labels") or (one.get("Config") or {}).get("Labels") or {}
            for name in map(name_as_listed, one.get("RepoTags") or []):
                found[name] = Image(name, int(one.get("Size", 0)), MADE_HERE_LABEL in labels)
        return found

    def client(self) -> str:
        """The docker client, preferably one that can build with BuildKit.

        Raises:
            CommandError: there is none.
        """
        clients = docker_clients()
        if not clients:
            raise CommandError("The docker client is not on PATH; install it (Debian: docker.io).")
        return next((one for one in clients if builds_with_buildkit(one)), clients[0])

    def _get(self, path: str) -> bytes:
        try:
            connection = self._connection()
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                body = answer.read()
            finally:
                connection.close()
        except PermissionError as error:
            sentence = f"{self.host} is there, but this user may not use it"
            raise NoEngineError(sentence) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            sentence = f"no Docker engine answers at {self.host} ({reason})"
            raise NoEngineError(sentence) from error
        if answer.status != http.HTTPStatus.OK:
            sentence = f"what answers at {self.host} is no Docker engine ({path} gave {answer.status})"
            raise NoEngineError(sentence)
        return body

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.host)
        if parts.scheme == "unix":
            return _SocketConnection(parts.netloc + parts.path, ANSWER_DEADLINE)
        if parts.scheme in {"tcp", "http"} and parts.hostname:
            return http.client.HTTPConnection(parts.hostname, parts.port or 2375, timeout=ANSWER_DEADLINE)
        sentence = "it is no address of the form unix:///path, tcp://name:port or ssh://name"
        raise ValueError(sentence)

    def _version_by_client(self) -> str:
        try:
            return run(
                [self.client(), "version", "--format", "{{.Server.Version}}"],
                what=f"asking {self.host}",
                environment=self.environment,
                timeout=CLIENT_DEADLINE,
            ).strip()
        except CommandError as error:
            reason = (error.detail or str(error)).splitlines()[-1]
            sentence = f"no Docker engine answers at {self.host} ({reason})"
            raise NoEngineError(sentence) from error

    def _images_by_client(self) -> list[dict[str, Any]]:
        identifiers = run(
            [self.client(), "image", "ls", "--quiet", "--no-trunc"],
            what=f"listing the images of {self.host}",
            environment=self.environment,
            timeout=CLIENT_DEADLINE,
        ).split()
        if not identifiers:
            return []
        described = run(
            [self.client(), "image", "inspect", *sorted(set(identifiers))],
            what=f"reading the images of {self.host}",
            environment=self.environment,
            timeout=CLIENT_DEADLINE,
        )
        listed: list[dict[str, Any]] = json.loads(described)
        return listed


def name_as_listed(name: str) -> str:
    """An image's short name: without the registry that is meant anyway, and with a tag.

    Docker lists images so; Podman, behind Docker's API, lists the long names.
    """
    for prefix in ("index.docker.io/", "docker.io/", "library/"):
        name = name.removeprefix(prefix)
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def docker_clients() -> list[str]:
    """Every docker client on PATH, in its order."""
    found = []
    for folder in search_path().split(os.pathsep):
        path = Path(folder, "docker")
        if path.is_file() and os.access(path, os.X_OK) and str(path) not in found:
            found.append(str(path))
    return found


def builds_with_buildkit(client: str) -> bool:
    """Whether `docker build` of this client can use BuildKit: an old client, or one with buildx."""
    try:
        version = subprocess.run(
            [client, "--version"], capture_output=True, text=True, timeout=CLIENT_DEADLINE, check=True
        ).stdout
        words = version.replace(",", " ").split()
        major = int(words[words.index("version") + 1].split(".")[0])
        if major < FIRST_CLIENT_THAT_NEEDS_BUILDX:
            return True
        run([client, "buildx", "version"], what="buildx", timeout=CLIENT_DEADLINE)
    except (CommandError, OSError, ValueError, IndexError, subprocess.SubprocessError):
        return False
    return True


def needs_client(host: str) -> bool:
    """Whether only the docker client can open this address: ssh, or TCP with TLS."""
    scheme = urlsplit(host).scheme
    if scheme == "tcp":
        return bool(os.environ.get("DOCKER_TLS_VERIFY"))
    return scheme in {"ssh", "https", "npipe"}
