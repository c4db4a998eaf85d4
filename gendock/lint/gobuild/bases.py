"""What base images bring that matters to Go builds: folder, variables, and where they may have files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gendock.lint.bases import is_distroless
from gendock.lint.gobuild.known_programs import SYSTEM_FOLDERS
from gendock.lint.gobuild.trees import ANYWHERE, Tree
from gendock.lint.images import ImageReference, parse_image

if TYPE_CHECKING:
    from gendock.dockerfile import Stage
    from gendock.golang import GoVersion

_TAG = re.compile(r"(\d+\.\d+(?:\.\d+)?(?:rc\d+|beta\d+)?)(?=-|\Z)")
# Docker's own images whose files are all where a system has them, with their working directory.
_PLAIN = {"alpine": "/", "busybox": "/", "debian": "/", "ubuntu": "/", "golang": "/go"}
# Folders in which distroless images have nothing but the home of their user.
_EMPTY_IN_DISTROLESS = frozenset({"/home", "/media", "/mnt", "/opt", "/srv"})
# Since this one the image tells go to fetch no other toolchain.
_LOCAL_SINCE = (1, 21)


def go_version(image: ImageReference) -> GoVersion | None:
    """Return the Go version of an official image's tag; None for other images and for tags without one."""
    found = _TAG.match(image.tag)
    if image.official != "golang" or found is None:
        return None
    from gendock.golang import GoVersion

    return GoVersion.parse(found.group(1))


def base_folder(stage: Stage) -> str | None:
    """Return the working directory that a stage's base image sets; None where that is not known."""
    if stage.base == "scratch":
        return "/"
    if is_distroless(stage):
        return "/home/nonroot" if ":nonroot" in (stage.base or "") else "/"
    return _PLAIN.get(parse_image(stage.base or "").official)


def base_tree(stage: Stage) -> Tree:
    """Return the files of a stage's base image: none are known by name, only where there are some."""
    if stage.base == "scratch":
        return Tree()
    if is_distroless(stage):
        return Tree(unknown=tuple(folder for folder in SYSTEM_FOLDERS if folder not in _EMPTY_IN_DISTROLESS))
    official = parse_image(stage.base or "").official
    if official in _PLAIN:
        return Tree(unknown=(*SYSTEM_FOLDERS, *(("/go",) if official == "golang" else ())))
    return Tree(unknown=(ANYWHERE,))


def base_variables(stage: Stage) -> Mapping[str, str]:
    """Return what Go's own image sets, for a stage that stands on it."""
    image = parse_image(stage.root.base or "")
    if image.official != "golang":
        return {}
    version = go_version(image)
    is_local = version is None or (version.major, version.minor) >= _LOCAL_SINCE
    return {"GOPATH": "/go", "GOTOOLCHAIN": "local" if is_local else ""}
