"""What a person wants built, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from gendock.errors import GendockError


class Provenance(StrEnum):
    """How much an image tells of its build."""

    NONE = "none"
    MIN = "min"
    MAX = "max"


class Destination(StrEnum):
    """Where an image goes."""

    ENGINE = "engine"
    REGISTRY = "registry"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Options:
    """What is the same for all images of one build.

    Attributes:
        builders: buildx's, by name; none for the best there is.
        platforms: `linux/arm64`; none for the builder's own.
        build_args: `NAME=value`, or `NAME` for the value of the environment.
        secrets: `id=NAME,src=FILE`, as the docker client takes them.
        ssh: `default`, or `NAME=SOCKET`.
        push: to the registry that the image's name begins with.
        outputs: `type=oci,dest=FILE`, or a folder.
        metadata_file: where the builder writes what it made.
        sbom: add a list of what is in the image.
        provenance: how much to tell of the build; None for the builder's own choice.
        epoch: SOURCE_DATE_EPOCH, which becomes the time of all that is made.
        no_cache: run every step anew.
    """

    builders: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    build_args: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    ssh: tuple[str, ...] = ()
    push: bool = False
    outputs: tuple[str, ...] = ()
    metadata_file: Path | None = None
    sbom: bool = False
    provenance: Provenance | None = None
    epoch: int | None = None
    no_cache: bool = False

    @property
    def attests(self) -> bool:
        """Whether something has to be said of the image beside it."""
        return self.sbom or self.provenance not in (None, Provenance.NONE)

    @property
    def destination(self) -> Destination:
        """Where the image goes; what is pushed and written to files, too, counts as pushed."""
        if self.push:
            return Destination.REGISTRY
        return Destination.FILES if self.outputs else Destination.ENGINE


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """One image to build.

    Attributes:
        context: the folder whose files the build reads.
        dockerfile: the Dockerfile, in the context or elsewhere.
        tag: the name that the image keeps; see `gendock.engine.names`.
        target: the stage to build; None for the last.
        options: the rest.
    """

    context: Path
    dockerfile: Path
    tag: str
    target: str | None = None
    options: Options = field(default_factory=Options)


@dataclass(frozen=True, slots=True)
class BuiltImage:
    """An image that was built and is in the engine.

    Attributes:
        id: `sha256:…`, the image's own name.
        tag: the name for people, there once `keep_image` has run.
        size: bytes of all its layers.
        steps: instructions of the Dockerfile that the build came by, FROM aside.
        cached: how many of them were taken from the cache.
        seconds: by the clock on the wall.
        builder: the client that built it, with its version.
        more_tags: names that it gets besides.
        target: the target of docker-bake.hcl; None where there is no such file.
    """

    id: str
    tag: str
    size: int
    steps: int
    cached: int
    seconds: float
    builder: str
    more_tags: tuple[str, ...] = ()
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """An image that was pushed, or written to files.

    Attributes:
        names: what it is called in the registry; empty where it was not pushed.
        digest: of the image or of its index; empty where the builder does not tell.
        platforms: for which it was built; empty for the builder's own.
        outputs: the files and folders, as they were asked for.
        steps: instructions of the Dockerfile that the build came by, FROM aside.
        cached: how many of them were taken from the cache.
        seconds: by the clock on the wall.
        builder: the client that built it, with its version.
        target: the target of docker-bake.hcl; None where there is no such file.
    """

    names: tuple[str, ...]
    digest: str
    platforms: tuple[str, ...]
    outputs: tuple[str, ...]
    steps: int
    cached: int
    seconds: float
    builder: str
    target: str | None = None


def read_epoch(text: str | None) -> int | None:
    """Return SOURCE_DATE_EPOCH as a number; None where it is not set.

    Raises:
        GendockError: it is no number of seconds.
    """
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise GendockError(f"SOURCE_DATE_EPOCH={text}: it is a number of seconds since 1970")
    return int(text)
