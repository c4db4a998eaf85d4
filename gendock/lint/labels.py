"""Labels as the image gets them: their names, their places, and the edits that take them out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from gendock.dockerfile import Label, Pair, Source, Span, Stage
from gendock.lint.edits import delete_among
from gendock.lint.mistake import Applicability, Edit, Fix

_QUOTES = r"[\"'\\]"


class LabelPair(Struct, frozen=True):
    """One `name=value` of a LABEL; `name` is empty where only the build knows it."""

    label: Label
    at: int
    name: str

    @property
    def pair(self) -> Pair:
        """The pair as it is written."""
        return self.label.pairs[self.at]

    @property
    def value(self) -> str:
        """The value without quotes; variables stay as they are written."""
        return re.sub(_QUOTES, "", self.pair.value.text) if self.pair.value else ""


def pairs_of(label: Label) -> Iterator[LabelPair]:
    """Yield the pairs of one LABEL."""
    for at, pair in enumerate(label.pairs):
        name = "" if "$" in pair.name.text else re.sub(_QUOTES, "", pair.name.text)
        yield LabelPair(label, at, name)


def labels_of(stage: Stage) -> Iterator[LabelPair]:
    """Yield the labels that a stage's own instructions set, in order."""
    for label in stage.of(Label):
        yield from pairs_of(label)


def span_of(pair: Pair) -> Span:
    """Return where a pair stands, from its name to its value."""
    return pair.name.span.cover(pair.value.span) if pair.value else pair.name.span


def delete_pair(source: Source, label: Label, at: int) -> Edit | None:
    """Return the edit that takes one label out."""
    return delete_among(source, label, [span_of(pair) for pair in label.pairs], at)


def deletion(source: Source, label: Label, at: int, message: str, *, safe: bool) -> Fix | None:
    """Return the fix that takes one label out; None where it cannot be taken out alone."""
    edit = delete_pair(source, label, at)
    applicability = Applicability.SAFE if safe else Applicability.UNSAFE
    return None if edit is None else Fix(message, (edit,), applicability)
