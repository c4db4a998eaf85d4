"""The base images that a generated Dockerfile names. Standard library only: scripts read this file alone.

Everything rests on one Debian release, so that the glibc of the build stage and of the final stage agree.
The official golang image has a tag on it for every Go release from OLDEST_TAG on.
"""

from __future__ import annotations

DEBIAN = "bookworm"

GOLANG = "golang"
OLDEST_TAG = (1, 19)

STATIC = "gcr.io/distroless/static-debian12:nonroot"
"""CA certificates, time zones, /tmp and a passwd file, about 2 MiB; no libc, no shell."""

GLIBC = "gcr.io/distroless/base-debian12:nonroot"
"""STATIC with glibc and OpenSSL, about 20 MiB: for programs that link C."""

DEBIAN_IMAGE = f"debian:{DEBIAN}-slim"
"""The Debian release itself: for programs that start others, or link libraries that come as its packages."""

ALPINE = "alpine:3.22"
"""musl, busybox and apk, about 8 MiB; no certificates, no time zones."""

CHAINGUARD_STATIC = "cgr.dev/chainguard/static:latest"
"""What STATIC has; without a contract with its maker, there is no other tag."""

CHAINGUARD_GLIBC = "cgr.dev/chainguard/glibc-dynamic:latest"
"""CHAINGUARD_STATIC with glibc."""

NODE = f"node:24-{DEBIAN}-slim"
"""The Node.js release with long-term support, on the same Debian; npm and yarn are in it."""

PNPM = "10"
BUN = "1.3"
YARN = "4"
"""The releases of package managers where a repository names none."""

NONROOT = "65532:65532"
"""The user and group of the nonroot images, by number."""

HOME = "/home/nonroot"
"""The home of that user, and the working directory of the distroless images."""


def golang(version: tuple[int, int], *, prerelease: bool = False) -> str:
    """The official image of a Go release, such as golang:1.26-bookworm."""
    return f"{GOLANG}:{version[0]}.{version[1]}{'-rc' if prerelease else ''}-{DEBIAN}"
