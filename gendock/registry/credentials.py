"""What `docker login` has left in ~/.docker/config.json, for exactly one registry.

Only names and passwords that stand in `auths` are read. Credential helpers are programs named by that file;
gendock runs none of them, so that looking up a tag never starts anything.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from gendock.files import home
from gendock.registry.reference import DOCKER_HUB

_LARGEST = 1 << 20
_HUB_NAMES = frozenset((DOCKER_HUB, f"index.{DOCKER_HUB}", f"registry-1.{DOCKER_HUB}"))


class Credentials(Struct, frozen=True):
    """A user's name and password."""

    user: str
    password: str

    @property
    def basic(self) -> str:
        """The value of an Authorization header."""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


def credentials_for(host: str, environment: Mapping[str, str] | None = None) -> Credentials | None:
    """Return the credentials of a registry; None where there are none, or the file cannot be read."""
    env = os.environ if environment is None else environment
    folder = Path(env["DOCKER_CONFIG"]) if env.get("DOCKER_CONFIG") else home() / ".docker"
    try:
        with (folder / "config.json").open("rb") as file:
            settings = json.loads(file.read(_LARGEST))
    except (OSError, ValueError, RecursionError):
        return None
    auths = settings.get("auths") if isinstance(settings, dict) else None
    if not isinstance(auths, dict):
        return None
    wanted = _HUB_NAMES if host == DOCKER_HUB else {host}
    for address, entry in auths.items():
        if _host_of(str(address)) in wanted and isinstance(entry, dict):
            found = _read(entry)
            if found is not None:
                return found
    return None


def _host_of(address: str) -> str:
    """Return the host of `https://index.docker.io/v1/`, `registry.example.com`, ..."""
    return address.removeprefix("https://").removeprefix("http://").partition("/")[0]


def _read(entry: Mapping[str, Any]) -> Credentials | None:
    user, password = entry.get("username"), entry.get("password")
    if isinstance(entry.get("auth"), str) and entry["auth"]:
        try:
            user, _, password = base64.b64decode(entry["auth"]).decode().rstrip("\0").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
    if not (isinstance(user, str) and isinstance(password, str) and user and password):
        return None
    return Credentials(user, password)
