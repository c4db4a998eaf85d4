"""Go versions as `go` and `toolchain` lines write them, and their order.

Source: https://go.dev/doc/toolchain#version. From 1.21 on, "1.21" is the language version and older than
its release candidates: 1.21 < 1.21rc1 < 1.21.0. Before 1.21, "1.20" is the release 1.20.0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering

_VERSION = re.compile(
    r"(?P<major>[1-9][0-9]{0,8})\.(?P<minor>0|[1-9][0-9]{0,8})"
    r"(?:\.(?P<patch>0|[1-9][0-9]{0,8}))?(?:(?P<stage>[a-z]+)(?P<number>[0-9]{1,9}))?",
    re.ASCII,
)
_FIRST_WITH_PATCH_ZERO = (1, 21)


@total_ordering
@dataclass(frozen=True, slots=True)
class GoVersion:
    """One Go version, such as 1.26, 1.26.3 or 1.27rc1."""

    major: int
    minor: int
    patch: int | None = None
    prerelease: str = ""

    @classmethod
    def parse(cls, text: str) -> GoVersion:
        """Read a version.

        Raises:
            ValueError: the text is no Go version.
        """
        match = _VERSION.fullmatch(text)
        if match is None:
            raise ValueError(text)
        patch = match["patch"]
        prerelease = f"{match['stage']}{int(match['number'])}" if match["stage"] else ""
        return cls(
            int(match["major"]), int(match["minor"]), None if patch is None else int(patch), prerelease
        )

    @classmethod
    def parse_toolchain(cls, text: str) -> GoVersion | None:
        """Read a toolchain name, such as go1.26.3 or go1.26.3-custom; None for `default`.

        Raises:
            ValueError: the text names no toolchain.
        """
        if text == "default":
            return None
        if not text.startswith("go"):
            raise ValueError(text)
        return cls.parse(text[2:].partition("-")[0])

    @property
    def language(self) -> str:
        """The language version, such as 1.26: what image tags and build tags are made of."""
        return f"{self.major}.{self.minor}"

    def __str__(self) -> str:
        """Return the version as Go writes it."""
        patch = "" if self.patch is None else f".{self.patch}"
        return f"{self.language}{patch}{self.prerelease}"

    def __lt__(self, other: GoVersion) -> bool:
        """Order as Go's version package does."""
        return self._key() < other._key()

    def _key(self) -> tuple[int, int, int, str, int, int]:
        if self.prerelease:
            stage = self.prerelease.rstrip("0123456789")
            return (self.major, self.minor, 1, stage, int(self.prerelease[len(stage) :]), self.patch or 0)
        bare = self.patch is None and (self.major, self.minor) >= _FIRST_WITH_PATCH_ZERO
        return (self.major, self.minor, 0 if bare else 2, "", 0, self.patch or 0)
