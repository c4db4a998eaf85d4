"""What becomes of each image that a Dockerfile names, and the text that it makes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from gendock.dockerfile import Dockerfile, Span
from gendock.errors import ImageUnavailableError
from gendock.pin.places import Place, image_places
from gendock.registry import Answer, Reference, parse_reference
from gendock.registry.reference import DEFAULT_TAG

_NO_DEFAULT = "a variable has no default, so that the build alone knows the image"


class State(StrEnum):
    """How an image stands."""

    CURRENT = "current"  # its digest is what the tag stands for
    EXACT = "exact"  # a digest without a tag: there is nothing to follow
    UNPINNED = "unpinned"  # no digest, and there can be one
    BEHIND = "behind"  # the tag has moved
    LEFT = "left"  # no digest, and none can be put here
    MISSING = "missing"  # the registry has no such image, or does not show it
    UNKNOWN = "unknown"  # the registry does not answer
    CONTEXT = "context"  # a word behind from= that is no image: the build has to name a context so
    LOOSE = "loose"  # the digest was taken off, or there was none


class Pin(Struct, frozen=True):
    """One image: where it is named, how it stands, and its digests.

    `before` is the digest that the file has, `after` the one that the registry has; empty where there is
    none, or none is known. `message` says what is wrong and what to do.
    """

    place: Place
    reference: Reference | None
    state: State
    before: str = ""
    after: str = ""
    message: str = ""

    @property
    def changes(self) -> bool:
        """Whether the file is edited for it."""
        loses = self.state is State.LOOSE and bool(self.before)
        return self.place.edit is not None and (loses or self.state in (State.UNPINNED, State.BEHIND))

    @property
    def is_pinned(self) -> bool:
        """Whether the file has the digest that it should have, or the place needs none."""
        return self.state in (State.CURRENT, State.EXACT, State.CONTEXT)


class PinnedFile(Struct, frozen=True):
    """A Dockerfile with its images, and its text after the edits."""

    file: Dockerfile
    pins: tuple[Pin, ...]
    text: str


def wanted(files: Iterable[Dockerfile]) -> dict[Reference, set[str]]:
    """Return the tags that are to be looked up, each with the digests that stand beside it."""
    found: dict[Reference, set[str]] = {}
    for file in files:
        for place in image_places(file):
            reference = parse_reference(place.name)
            if reference is not None and _is_followed(reference):
                digests = found.setdefault(reference.tagged, set())
                if reference.digest:
                    digests.add(reference.digest)
    return found


def pin(file: Dockerfile, answers: Mapping[Reference, Answer]) -> PinnedFile:
    """Put digests to the images of a Dockerfile, newer ones where their tags have moved."""
    return _edited(file, [_pin(place, answers) for place in image_places(file)])


def loosen(file: Dockerfile) -> PinnedFile:
    """Take the digests off again, where a tag stays."""
    return _edited(file, [_loosen(place) for place in image_places(file)])


def _is_followed(reference: Reference) -> bool:
    return reference.follows and (not reference.digest or reference.digest.startswith("sha256:"))


def _pin(place: Place, answers: Mapping[Reference, Answer]) -> Pin:
    reference = parse_reference(place.name)
    if reference is None:
        if place.edit is not None and not place.name:
            return Pin(place, None, State.EXACT)  # a digest behind a tag that nobody knows
        message = "this is no image's name" if place.name else _NO_DEFAULT
        return Pin(place, None, State.LEFT, message=message)
    before = reference.digest
    if not _is_followed(reference):
        return Pin(place, reference, State.EXACT, before)
    answer = answers[reference.tagged]
    if isinstance(answer, ImageUnavailableError):
        if place.may_be_context:
            return Pin(place, reference, State.CONTEXT)
        return Pin(place, reference, State.MISSING, before, message=str(answer))
    if not isinstance(answer, str):
        return Pin(place, reference, State.UNKNOWN, before, message=str(answer))
    if answer == before:
        return Pin(place, reference, State.CURRENT, before, answer)
    if place.edit is None and not before:
        return Pin(place, reference, State.LEFT, before, answer, place.obstacle)
    state = State.BEHIND if before else State.UNPINNED
    return Pin(place, reference, state, before, answer, place.obstacle)


def _loosen(place: Place) -> Pin:
    reference = parse_reference(place.name)
    before = reference.digest if reference else ""
    if reference is None or not before:
        return Pin(place, reference, State.LOOSE)
    if not reference.tag:
        return Pin(place, reference, State.EXACT, before, message="no tag would be left")
    state = State.LEFT if place.edit is None else State.LOOSE
    return Pin(place, reference, state, before, message=place.obstacle)


def _edited(file: Dockerfile, pins: Sequence[Pin]) -> PinnedFile:
    text = file.source.text
    pieces: list[str] = []
    end = 0
    # One ARG may be the base of several stages.
    for span, new in sorted(dict(_edits(file, pins)).items()):
        pieces += (text[end : span.start], new)
        end = span.end
    return PinnedFile(file, tuple(pins), "".join([*pieces, text[end:]]))


def _edits(file: Dockerfile, pins: Iterable[Pin]) -> Iterator[tuple[Span, str]]:
    for one in pins:
        span = one.place.edit
        if span is None or not one.changes or one.reference is None:
            continue
        name = file.source.slice(span).partition("@")[0]
        if not one.reference.tag:
            name += f":{DEFAULT_TAG}"
        yield span, f"{name}@{one.after}" if one.after else name
