"""Which texts can name an image, and which name a platform.

Sources: distribution/reference (normalize.go, regexp.go), opencontainers/go-digest, containerd/platforms.
"""

from __future__ import annotations

import re
from functools import lru_cache

_LONGEST_PATH = 255
_ALONE = re.compile(r"[a-f0-9]{64}\Z")
_PATH_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_HOST_PART = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_REFERENCE = re.compile(
    rf"(?:(?:{_HOST_PART}(?:\.{_HOST_PART})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?/)"
    rf"(?P<path>{_PATH_PART}(?:/{_PATH_PART})*)"
    r"(?::[\w][\w.-]{0,127})?"
    r"(?:@(?P<algorithm>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*):(?P<digest>[0-9a-fA-F]{32,}))?\Z",
    re.ASCII,
)
_DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}

_SYSTEM = r"([A-Za-z0-9_-]+)(?:\([A-Za-z0-9_.-]*\))?\Z"
_PART = r"[A-Za-z0-9_.-]+\Z"
_SYSTEMS = frozenset(
    """
    aix android darwin dragonfly freebsd hurd illumos ios js linux macos nacl netbsd openbsd plan9 solaris
    windows zos
""".split()
)
_MACHINES = frozenset(
    """
    386 i386 amd64 x86_64 x86-64 amd64p32 arm armhf armel armbe arm64 aarch64 arm64be ppc64 ppc64le loong64
    mips mipsle mips64 mips64le mips64p32 mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm
""".split()
)


@lru_cache(maxsize=512)
def names_an_image(text: str) -> bool:
    """Tell whether BuildKit would look for an image of that name."""
    if _ALONE.match(text):
        return False
    found = _REFERENCE.match(_with_host(text))
    if found is None or len(found["path"]) > _LONGEST_PATH:
        return False
    return found["digest"] is None or is_digest(f"{found['algorithm']}:{found['digest']}")


def is_digest(text: str) -> bool:
    """Tell whether a text is a digest of an algorithm that BuildKit has."""
    algorithm, _, encoded = text.partition(":")
    length = _DIGEST_LENGTHS.get(algorithm)
    return length == len(encoded) and re.fullmatch(r"[a-f0-9]*", encoded) is not None


def _with_host(text: str) -> str:
    """Put Docker Hub in front of a name without a host, and `library/` where it has no owner."""
    first, slash, rest = text.partition("/")
    host, path = "docker.io", text
    if slash and first in ("docker.io", "index.docker.io"):
        path = rest
    elif slash and (first == "localhost" or re.search("[.:]", first) or first != first.lower()):
        host, path = first, rest
    if host == "docker.io" and "/" not in path:
        path = f"library/{path}"
    return f"{host}/{path}"


def is_platform(text: str) -> bool:
    """Tell whether a text is a platform: `linux/amd64`, `linux/arm/v7`, `windows(10.0.17763)/amd64`."""
    first, *others = text.split("/")
    system = re.match(_SYSTEM, first)
    if system is None or len(others) > 2 or not all(re.match(_PART, one) for one in others):
        return False
    return bool(others) or system.group(1).lower() in _SYSTEMS or first.lower() in _MACHINES


def is_windows(platform: str) -> bool:
    """Tell whether a platform's paths are those of Windows."""
    return platform.partition("/")[0].partition("(")[0].lower() == "windows"
