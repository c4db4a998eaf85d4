"""What the reader could not read, as mistakes for the rules of `rules/syntax_*.py`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from gendock.dockerfile import Dockerfile, Problem, ProblemKind
from gendock.lint.mistake import Fix, Mistake, Mistakes, replace

Mend: TypeAlias = Callable[[Dockerfile, Problem], Fix | None]


def refused(file: Dockerfile, kind: ProblemKind, mend: Mend | None = None) -> Mistakes:
    """Yield the problems of one kind; a file that BuildKit refuses cannot get worse, so fixes are safe.

    `mend` finds the fix of a problem for which the reader itself knows none.
    """
    for problem in file.all_problems:
        if problem.kind is not kind:
            continue
        # What the help asks, the fix does.
        done = re.sub(r"^did you mean (.*)\?$", r"write \1", problem.help)
        fix = replace(problem.mend.span, problem.mend.text, done) if problem.mend else None
        if fix is None and mend is not None:
            fix = mend(file, problem)
        yield Mistake(problem.span, problem.message, problem.help, fix)
