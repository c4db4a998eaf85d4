"""What a person asked for, and what an existing Dockerfile had that the code does not say."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Cache(StrEnum):
    """How a build keeps what it downloads and compiles for the next one."""

    MOUNTS = "mounts"
    LAYERS = "layers"


class Beside(StrEnum):
    """What can be written besides the Dockerfile's own stages: stages for people, and files for tools."""

    COMPOSE = "compose"
    BAKE = "bake"
    TEST = "test"
    DEBUG = "debug"
    DEV = "dev"


class Access(StrEnum):
    """How a build proves who it is to the hosts of private modules."""

    NETRC = "netrc"
    SSH = "ssh"


@dataclass(frozen=True, slots=True)
class Kept:
    """What an existing Dockerfile had and the code does not say.

    `packages` are Debian's names of what the image has installed, `build_packages` of what the build has.
    `user` is a number, with or without a group's; empty for gendock's own.
    """

    packages: tuple[str, ...] = ()
    build_packages: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    ports: tuple[str, ...] = ()
    user: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for; None and empty leave it to the source.

    `base` is a word of `bases.BASES` or an image's name. `private` are patterns of module paths, as in
    GOPRIVATE. `beside` is what `--with` names.
    """

    program: str | None = None
    every_program: bool = False
    port: int | None = None
    go_version: str | None = None
    base: str | None = None
    cache: Cache = Cache.MOUNTS
    syntax_line: bool = False
    healthcheck: bool = True
    platforms: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    private_by: Access = Access.NETRC
    beside: tuple[Beside, ...] = ()
    templates: Path | None = None
    kept: Kept = field(default_factory=Kept)

    @property
    def in_layers(self) -> bool:
        """Whether layers keep what is downloaded, and no cache mount does."""
        return self.cache is Cache.LAYERS
