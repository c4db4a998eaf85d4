"""Go's official image: its tags, and the edit that takes another release of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.lint.gobuild.bases import go_version
from gendock.lint.images import ImageReference, parse_image
from gendock.lint.mistake import Fix, replace

if TYPE_CHECKING:
    from gendock.dockerfile import Span, Stage, Word
    from gendock.lint.gobuild.go_build import GoBuild

# A variant that names a release of Alpine or Debian is only made for the Go releases of its time.
_ALPINE = re.compile(r"-alpine\d[\d.]*\Z")
_OLD_DEBIAN = re.compile(r"-(?:jessie|stretch|buster|bullseye)\Z")
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")


def tag_of(image: ImageReference, release: str) -> str:
    """Return the tag of another Go release, in the same variant where that is made for it.

    Args:
        image: the official image, with a tag that begins with a version.
        release: such as `1.26`.
    """
    variant = image.tag.removeprefix(str(go_version(image)))
    return release + _OLD_DEBIAN.sub("-bookworm", _ALPINE.sub("-alpine", variant))


def with_release(build: GoBuild, stage: Stage, release: str, *, safe: bool) -> Fix | None:
    """Return the fix by which a stage begins with another Go release; None where a word is not enough."""
    image = parse_image(stage.base or "")
    if image.digest:
        return None
    tag = tag_of(image, release)
    message = f"build with {image.name}:{tag}"
    if stage.start.image.text == stage.base:
        return replace(stage.start.image.span, f"{image.name}:{tag}", message, safe=safe)
    default = _version_argument(build, stage, image)
    if default is None or image.tag.removeprefix(default.text) != tag.removeprefix(release):
        return None
    return replace(default.span, release, message, safe=safe)


def place_of(build: GoBuild, stage: Stage) -> Span:
    """Return where the release is written: the base image, or the default of the argument in it."""
    default = _version_argument(build, stage, parse_image(stage.base or ""))
    return stage.start.image.span if default is None else default.span


def _version_argument(build: GoBuild, stage: Stage, image: ImageReference) -> Word | None:
    """Return the default of the argument that is the version in the base image's tag."""
    found = _VARIABLE.search(stage.start.image.text)
    name = found and (found[1] or found[2])
    for argument in reversed(build.context.file.global_arguments):
        for pair in argument.pairs:
            if (
                pair.name.text == name
                and pair.value is not None
                and pair.value.text == str(go_version(image))
            ):
                return pair.value
    return None
