"""A problem on its way up: raised where it is found, made a `Problem` where it is collected."""

from __future__ import annotations

from gendock.dockerfile.problems import Problem, ProblemKind, Replacement
from gendock.dockerfile.source import Span


class Refusal(Exception):  # noqa: N818 - it is no error of ours
    """BuildKit would stop here."""

    def __init__(
        self, kind: ProblemKind, span: Span, message: str, advice: str, mend: Replacement | None = None
    ) -> None:
        """Take the fields of a `Problem`."""
        super().__init__(message)
        self.problem = Problem(kind, span, message, advice, mend)
