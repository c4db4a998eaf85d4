"""What the reader could not read, as mistakes for the rules of `rules/syntax_*.py`."""

from __future__ import annotations

from gendock.dockerfile import Dockerfile, ProblemKind
from gendock.lint.mistake import Mistake, Mistakes, replace


def refused(file: Dockerfile, kind: ProblemKind) -> Mistakes:
    """Yield the problems of one kind; a file that BuildKit refuses cannot get worse, so fixes are safe."""
    for problem in file.all_problems:
        if problem.kind is not kind:
            continue
        fix = replace(problem.mend.span, problem.mend.text, problem.help) if problem.mend else None
        yield Mistake(problem.span, problem.message, problem.help, fix)
