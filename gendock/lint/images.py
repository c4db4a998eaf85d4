"""Image references as FROM has them: `registry:5000/name:tag@sha256:...`."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from gendock.dockerfile import Dockerfile, Stage
    from gendock.lint.context import BuildContext

DOCKER_HUB = "docker.io"
_COMPUTED = frozenset("$\"'\\`")
_HUB_NAMES = frozenset({DOCKER_HUB, "index.docker.io", "registry-1.docker.io", "hub.docker.com"})
# These hold Docker's own images under the same names.
_MIRRORS = ("public.ecr.aws/docker/library/", "mirror.gcr.io/library/")


class ImageReference(Struct, frozen=True, dict=True):
    """A reference in parts; `tag` and `digest` are empty where there is none."""

    name: str
    tag: str
    digest: str

    @cached_property
    def registry(self) -> str:
        """The registry's host; Docker Hub's where none is written."""
        first, slash, _ = self.name.partition("/")
        if not slash or not (first == "localhost" or re.search("[.:A-Z]", first)):
            return DOCKER_HUB
        return DOCKER_HUB if first in _HUB_NAMES else first

    @cached_property
    def path(self) -> str:
        """The name without its registry; `library/` in front of Docker's own images is left out."""
        first, _, rest = self.name.partition("/")
        written = self.name
        if rest and (self.registry != DOCKER_HUB or first in _HUB_NAMES):
            written = rest
        return written.removeprefix("library/") if self.registry == DOCKER_HUB else written

    @cached_property
    def official(self) -> str:
        """The name of Docker's own image, such as `golang`, wherever it is fetched; empty for others."""
        if self.registry == DOCKER_HUB:
            found = self.path
        else:
            mirror = next((one for one in _MIRRORS if self.name.startswith(one)), None)
            found = self.name.removeprefix(mirror) if mirror else ""
        return "" if "/" in found or "$" in found else found


@lru_cache(maxsize=512)
def parse_image(text: str) -> ImageReference:
    """Cut a reference into name, tag and digest; a registry's port is no tag."""
    name, _, digest = text.partition("@")
    head, colon, tag = name.rpartition(":")
    if colon and "/" not in tag:
        return ImageReference(head, tag, digest)
    return ImageReference(name, "", digest)


def base_image(context: BuildContext, stage: Stage) -> ImageReference | None:
    """Return the image that a stage's FROM names, with the defaults of the arguments in front put in.

    Variables without a default stay as they are written. None for another stage, for scratch, for a fragment,
    and for what cannot be an image.
    """
    from gendock.dockerfile.image_names import names_an_image

    text = stage.start.image.text
    if stage.parent is not None or not text:
        return None
    if not _COMPUTED.isdisjoint(text):
        text = _expanded(context.file, text)
    if text in ("", "scratch") or ("$" not in text and not names_an_image(text)):
        return None
    return parse_image(text)


def _expanded(file: Dockerfile, text: str) -> str:
    from gendock.dockerfile.shell_words import ShellSyntaxError, ShellWords
    from gendock.dockerfile.stages import PLATFORM_ARGUMENTS, argument_defaults

    values = PLATFORM_ARGUMENTS | argument_defaults(file.global_arguments, file.escape)
    try:
        return ShellWords(text, values, escape=file.escape, keep_unset=True).expand()
    except ShellSyntaxError:
        return ""
