"""What a rule yields: a mistake at a place, and the edits that mend it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from gendock.dockerfile import Span


class Severity(IntEnum):
    """How bad a finding is; larger is worse."""

    STYLE = 1
    INFO = 2
    WARNING = 3
    ERROR = 4

    @property
    def label(self) -> str:
        """The name that people and scripts see."""
        return self.name.lower()


class Applicability(StrEnum):
    """Whether a fix may be applied unseen."""

    SAFE = "safe"
    """The image does the same afterwards, or could not be built before."""
    UNSAFE = "unsafe"
    """The image may behave differently: a person should look."""


class Edit(Struct, frozen=True, gc=False):
    """Put `text` in place of `span`; an empty span inserts."""

    span: Span
    text: str


class Addition(Struct, frozen=True, gc=False):
    """Lines to put at the end of another file, such as `.dockerignore`, which is made where it is not there.

    `filename` is relative to the Dockerfile's folder, `row` is the first line's, `text` ends in a line end.
    """

    filename: str
    row: int
    text: str


class Fix(Struct, frozen=True, gc=False):
    """Edits of the Dockerfile that together mend one mistake; either all are made or none.

    Where another file has to change, there are `additions` to that, and no edits.
    """

    message: str
    edits: tuple[Edit, ...]
    applicability: Applicability = Applicability.SAFE
    additions: tuple[Addition, ...] = ()


class Related(Struct, frozen=True, gc=False):
    """A second place that explains a finding, in another file of the repository.

    `line` is that line's text, `column` and `end_column` count characters from 1.
    """

    filename: str
    row: int
    column: int
    end_column: int
    line: str
    message: str


class Mistake(Struct, frozen=True, gc=False):
    """One mistake in one file.

    `also` names the peers' rules that say exactly this here; None stands for all that the rule lists.
    `severity` is how bad this one is, where that differs from the rule's own. `covers` are codes of rules
    that say less of the same mistake, each with the part of the file in which this finding stands for theirs.
    """

    span: Span
    message: str
    help: str = ""
    fix: Fix | None = None
    also: tuple[str, ...] | None = None
    related: tuple[Related, ...] = ()
    severity: Severity | None = None
    covers: tuple[tuple[str, Span], ...] = ()


Mistakes: TypeAlias = Iterator[Mistake]


def count(number: int, noun: str) -> str:
    """Return a number of things in English: `1 place`, `2 places`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def replace(span: Span, text: str, message: str, *, safe: bool = True) -> Fix:
    """Return a fix of one edit."""
    applicability = Applicability.SAFE if safe else Applicability.UNSAFE
    return Fix(message, (Edit(span, text),), applicability)
