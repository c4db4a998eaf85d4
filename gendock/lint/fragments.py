"""Fragments: Dockerfiles without a FROM, as people keep them to include, or to ask about."""

from __future__ import annotations

from gendock.dockerfile import Dockerfile, From, Span, Stage, Word
from gendock.dockerfile.lines import LogicalLine

_NOWHERE = Span(0, 0)


def fragment_stage(file: Dockerfile) -> tuple[Stage, ...]:
    """Return the one stage that a fragment's instructions would stand in; nothing for an empty file."""
    if not file.instructions:
        return ()
    nothing = Word("", _NOWHERE)
    start = From(
        keyword=nothing,
        flags=(),
        words=(),
        line=LogicalLine("", ((0, 0),), _NOWHERE),
        heredocs=(),
        comments=(),
        problems=(),
        span=_NOWHERE,
        image=nothing,
        alias=None,
    )
    return (
        Stage(
            index=0,
            start=start,
            instructions=file.instructions,
            base=None,
            parent=None,
            inherited_folder=None,
            is_final=True,
        ),
    )


def is_fragment(stage: Stage) -> bool:
    """Tell whether a stage is the one of a fragment: no FROM begins it."""
    return not stage.start.keyword.text
