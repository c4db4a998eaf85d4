"""A Dockerfile that is there already: what it has and the code does not say.

Its stages are read by gendock's own reader; labels, variables and base images by dockerfile-parse, which
expands variables as a build does. That one takes lines of heredocs for instructions: they are blanked before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING

from gendock.dockerfile import Expose, Stage, User, read
from gendock.errors import GendockError
from gendock.generate import base_images
from gendock.generate.existing_packages import taken_packages
from gendock.generate.options import Kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from gendock.dockerfile import Dockerfile
    from gendock.golang import Program

_OURS = "# Written by gendock"
_MAX_BYTES = 1024 * 1024
_NUMBERED = re.compile(r"[1-9][0-9]*(?::[0-9]+)?")
_PORT = re.compile(r"[0-9]{1,5}(?:-[0-9]{1,5})?(?:/(?:tcp|udp|sctp))?", re.IGNORECASE)
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# What is set by gendock or by the build itself, what only holds where the image was laid out in that way, and
# what no image should hold.
_NOT_LABELS = re.compile(
    r"org\.opencontainers\.image\.(?:source|revision|version|created|licenses|base\..*)|maintainer"
)
_NOT_VARIABLES = re.compile(
    r"PATH|HOME|USER|SHELL|DEBIAN_FRONTEND|PWD|GO[A-Z0-9]*|GO111MODULE|CGO_.*|GIN_MODE_?|DOCKERIZE_.*|.*_VERSION"
)
_SECRET = re.compile(r"PASSW|SECRET|TOKEN|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Existing:
    """What is taken over, and the same in words: `LABEL vendor, EXPOSE 9000 (Dockerfile:12)`."""

    kept: Kept
    summary: str


def read_existing(folder: Path, program: Program | None = None) -> Existing | None:
    """Read the Dockerfile of a folder; None where there is none, or it is gendock's own, or says nothing new.

    Args:
        folder: where it stands.
        program: the program that is meant, whose ports and whose need of C the code says by itself.

    Raises:
        GendockError: it cannot be read.
    """
    path = folder / "Dockerfile"
    if not path.is_file() or path.is_symlink():
        return None
    try:
        content = path.read_bytes()
    except OSError as error:
        raise GendockError(f"cannot read {path}: {error.strerror}") from None
    if len(content) > _MAX_BYTES or _OURS in content[:200].decode(errors="replace"):
        return None
    file = read(content)
    if not file.stages:
        return None
    kept = _kept(file, file.stages[-1])
    if program is not None and (program.ports or program.port_variable or program.kind == "cli"):
        kept = replace(kept, ports=())
    if program is not None and program.cgo is None:
        kept = replace(kept, build_packages=())
    return None if kept == Kept() else Existing(kept, ", ".join(_summary(kept)))


def _kept(file: Dockerfile, final: Stage) -> Kept:
    labels, variables = _parsed(file)
    return Kept(
        packages=taken_packages(final),
        build_packages=taken_packages(*_builders(file, final), for_build=True),
        labels=tuple(
            (name, value)
            for name, value in labels.items()
            if _LABEL.fullmatch(name) and not _NOT_LABELS.fullmatch(name) and _is_plain(value)
        ),
        environment=tuple(
            (name, value) for name, value in variables.items() if _is_taken(name, value) and _is_plain(value)
        ),
        ports=tuple(_ports(final)),
        user=_user(final),
    )


def _builders(file: Dockerfile, final: Stage) -> Iterator[Stage]:
    """The stages that compile: those on an image of Go, other than the final one."""
    for stage in file.stages:
        if stage.index != final.index and "golang" in (stage.root.base or ""):
            yield stage


def _parsed(file: Dockerfile) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The labels and the variables of the final stage, by dockerfile-parse."""
    from dockerfile_parse import DockerfileParser

    text = file.source.text
    for instruction in file.instructions:
        for document in instruction.heredocs:
            start, end = document.body.start, document.terminator.end
            blank = re.sub(r"[^\n]", "", text[start:end])
            text = text[:start] + blank + " " * (end - start - len(blank)) + text[end:]
    try:
        parser = DockerfileParser(fileobj=BytesIO(text.encode("utf-8", "replace")))
        return dict(parser.labels), dict(parser.envs)
    except (ValueError, KeyError, IndexError, RuntimeError, TypeError):
        return {}, {}  # a file that it does not understand has nothing to take over


def _is_taken(name: str, value: str) -> bool:
    known = _VARIABLE.fullmatch(name) and not _NOT_VARIABLES.fullmatch(name)
    return bool(known) and not _SECRET.search(name) and not value.startswith("/")


def _is_plain(value: str) -> bool:
    return bool(value) and value.isprintable() and "$" not in value


def _ports(final: Stage) -> Iterator[str]:
    for stage in final.lineage():
        for expose in stage.of(Expose):
            for word in expose.words:
                if _PORT.fullmatch(word.text):
                    yield word.text.lower().removesuffix("/tcp")


def _user(final: Stage) -> str:
    user = final.last(User)
    number = user.value.text if user is not None else ""
    taken = _NUMBERED.fullmatch(number) and number not in {base_images.NONROOT, "65532"}
    return number if taken else ""


def _summary(kept: Kept) -> Iterator[str]:
    if kept.packages:
        yield f"packages {' '.join(kept.packages)}"
    if kept.build_packages:
        yield f"packages of the build {' '.join(kept.build_packages)}"
    for name, _ in kept.labels:
        yield f"LABEL {name}"
    for name, _ in kept.environment:
        yield f"ENV {name}"
    if kept.ports:
        yield f"EXPOSE {' '.join(kept.ports)}"
    if kept.user:
        yield f"USER {kept.user}"
