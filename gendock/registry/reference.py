"""Image names as registries know them: `golang:1.26` is `docker.io/library/golang:1.26`.

Source: distribution/reference, normalize.go and regexp.go.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

DOCKER_HUB: Final = "docker.io"
DEFAULT_TAG: Final = "latest"

_HOST_PART = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST = re.compile(
    rf"(?:{_HOST_PART}(?:\.{_HOST_PART})*|\[[a-fA-F0-9:]+\])(?::(?P<port>[0-9]{{1,5}}))?", re.ASCII
)
_PATH_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_PATH_PART}(?:/{_PATH_PART})*", re.ASCII)
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}", re.ASCII)
_LONGEST_HOST, _LONGEST_PATH, _LARGEST_PORT = 253, 255, 65_535


class Reference(Struct, frozen=True):
    """An image's name in full; `tag` and `digest` are empty where there is none."""

    host: str
    path: str
    tag: str
    digest: str

    @property
    def tagged(self) -> Reference:
        """The same image by its tag alone, which is `latest` where none is written."""
        return Reference(self.host, self.path, self.tag or DEFAULT_TAG, "")

    @property
    def follows(self) -> bool:
        """Whether there is a tag to follow: one that is written, or `latest` for want of a digest."""
        return bool(self.tag) or not self.digest

    def __str__(self) -> str:
        """Return the name in full."""
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.host}/{self.path}{tag}" + (f"@{self.digest}" if self.digest else "")


def parse_reference(text: str) -> Reference | None:
    """Read an image's name; None where a text can be none."""
    name, at, digest = text.partition("@")
    head, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        head, colon, tag = name, "", ""
    host, path = _host_and_path(head)
    sound = is_host(host) and _PATH.fullmatch(path) is not None and len(path) <= _LONGEST_PATH
    sound = sound and (not colon or _TAG.fullmatch(tag) is not None)
    sound = sound and (not at or is_digest(digest))
    return Reference(host, path, tag, digest) if sound else None


def is_digest(text: str) -> bool:
    """Tell whether a text is a digest, of one of the three algorithms that registries have."""
    return _DIGEST.fullmatch(text) is not None


def is_host(text: str) -> bool:
    """Tell whether a text is a host's name or address, with or without a port."""
    found = _HOST.fullmatch(text)
    if found is None or len(text) > _LONGEST_HOST:
        return False
    return found["port"] is None or 0 < int(found["port"]) <= _LARGEST_PORT


def _host_and_path(name: str) -> tuple[str, str]:
    first, slash, rest = name.partition("/")
    host, path = DOCKER_HUB, name
    if slash and first in (DOCKER_HUB, f"index.{DOCKER_HUB}"):
        path = rest
    elif slash and (first == "localhost" or re.search("[.:A-Z]", first)):
        host, path = first, rest
    if host == DOCKER_HUB and "/" not in path:
        path = f"library/{path}"
    return host, path
