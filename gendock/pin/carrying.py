"""Digests from one text of a Dockerfile to another, where the same tag is named."""

from __future__ import annotations

from gendock.dockerfile import read
from gendock.pin.places import image_places
from gendock.registry import Reference, parse_reference


def carry_digests(source: str, target: str) -> str:
    """Return `target` with the digests that stand beside the same images' tags in `source`."""
    digests: dict[Reference, str] = {}
    for place in image_places(read(source.encode("utf-8", "surrogateescape"))):
        reference = parse_reference(place.name)
        if reference is not None and reference.digest and reference.tag:
            digests[reference.tagged] = reference.digest
    if not digests:
        return target
    file = read(target.encode("utf-8", "surrogateescape"))
    edits = {}
    for place in image_places(file):
        reference = parse_reference(place.name)
        if reference is not None and place.edit is not None and reference.tagged in digests:
            name = file.source.slice(place.edit).partition("@")[0]
            edits[place.edit] = f"{name}@{digests[reference.tagged]}"
    text = file.source.text
    for span, new in sorted(edits.items(), reverse=True):
        text = text[: span.start] + new + text[span.end :]
    return text
