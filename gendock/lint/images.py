"""Image references as FROM has them: `registry:5000/name:tag@sha256:...`."""

from __future__ import annotations

from msgspec import Struct


class ImageReference(Struct, frozen=True):
    """A reference in parts; `tag` and `digest` are empty where there is none."""

    name: str
    tag: str
    digest: str


def parse_image(text: str) -> ImageReference:
    """Cut a reference into name, tag and digest; a registry's port is no tag."""
    name, _, digest = text.partition("@")
    head, colon, tag = name.rpartition(":")
    if colon and "/" not in tag:
        return ImageReference(head, tag, digest)
    return ImageReference(name, "", digest)
