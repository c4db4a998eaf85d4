"""A finding: a rule's mistake in a file, with all that a report needs."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from gendock.lint.mistake import Fix, Related, Severity
from gendock.lint.rule import Rule

if TYPE_CHECKING:
    from gendock.dockerfile import Position, Source, Span


class Finding(Struct, frozen=True):
    """One mistake that a rule found in one file.

    `filename` is the path as it is to be shown; `source` is the file's text, for frames and fixes.
    `covers` is the mistake's own. `related` names files as they are seen from the Dockerfile's folder.
    """

    rule: Rule
    severity: Severity
    filename: str
    source: Source
    span: Span
    message: str
    help: str
    also: tuple[str, ...]
    stage: str
    instruction: str
    fix: Fix | None
    related: tuple[Related, ...]
    covers: tuple[tuple[str, Span], ...] = ()

    @property
    def start(self) -> Position:
        """Where it begins."""
        return self.source.position(self.span.start)

    @property
    def end(self) -> Position:
        """Where it ends: the place behind its last character."""
        return self.source.position(self.span.end)

    @property
    def places(self) -> tuple[Related, ...]:
        """The related places, whose files are named as the finding's own is."""
        if not self.related:
            return ()
        return tuple(replace(one, filename=beside(self, one.filename)) for one in self.related)


def beside(finding: Finding, filename: str) -> str:
    """Return the name of a file that is seen from the Dockerfile's folder as the finding's own is shown."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(finding.filename), filename))
