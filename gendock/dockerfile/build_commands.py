"""Instructions that hold a command: RUN, CMD, ENTRYPOINT, SHELL and HEALTHCHECK.

Source of what is refused: moby/buildkit, frontend/dockerfile/instructions/parse.go.
"""

from __future__ import annotations

import re

from gendock.dockerfile import instructions as node
from gendock.dockerfile.arguments import Piece
from gendock.dockerfile.draft import Draft
from gendock.dockerfile.healthchecks import check_healthcheck
from gendock.dockerfile.problems import ProblemKind

# HEALTHCHECK's first word is read byte by byte, and two bytes that are no ASCII are taken for spaces.
_TYPE_END = "[\t\v\f\r \udc85\udca0]+"


def command(draft: Draft) -> node.Instruction:
    """Build RUN, CMD or ENTRYPOINT."""
    line = draft.command_line(draft.rest)
    if line is None:
        return node.Broken(**draft.common([draft.rest]))
    common = draft.common([])
    common["words"] = line.words
    if draft.name == "RUN":
        return node.Run(command=line, **common)
    if draft.name == "CMD":
        return node.Cmd(command=line, **common)
    return node.Entrypoint(command=line, **common)


def shell(draft: Draft) -> node.Instruction:
    """Build SHELL."""
    line = draft.command_line(draft.rest)
    if line is None:
        return node.Broken(**draft.common([draft.rest]))
    if not line.words:
        return draft.missing("a program", 'SHELL ["/bin/bash", "-c"]')
    if not line.exec_form:
        words = (word.strip("[]\"',") for word in draft.rest.text.split())
        array = ", ".join(f'"{word}"' for word in words if word)
        return draft.broken(
            ProblemKind.JSON_REQUIRED,
            draft.rest,
            "SHELL takes a JSON array and nothing else",
            f"write `SHELL [{array}]`",
        )
    common = draft.common([])
    common["words"] = line.words
    return node.Shell(command=line, **common)


def healthcheck(draft: Draft) -> node.Instruction:
    """Build HEALTHCHECK."""
    gap = re.search(_TYPE_END, draft.rest.text)
    kind = draft.rest.text[: gap.start()] if gap else draft.rest.text
    if not kind:
        return draft.missing("CMD or NONE", "HEALTHCHECK CMD command")
    first = Piece(kind, draft.rest.start, draft.rest.start + len(kind))
    after = draft.rest.start + (gap.end() if gap else len(kind))
    rest = Piece(draft.line.text[after : draft.rest.end], after, draft.rest.end)
    line = draft.command_line(rest)
    if line is None:
        return node.Broken(**draft.common([first]))
    word = draft.word(first)
    problems = [*check_healthcheck(word, line, draft.flags)]
    draft.problems += problems
    common = draft.common([first])
    common["words"] = (word, *line.words)
    if any(problem.kind is ProblemKind.HEALTHCHECK_FORM for problem in problems):
        return node.Broken(**common)
    return node.Healthcheck(command=None if kind.upper() == "NONE" else line, **common)
