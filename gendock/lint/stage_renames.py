"""Another name for a stage, in its FROM and wherever it is used."""

from __future__ import annotations

from collections.abc import Iterator

from gendock.dockerfile import Onbuild, Stage, Word
from gendock.lint.mistake import Applicability, Edit, Fix
from gendock.lint.stage_uses import find_stage, from_words


def rename(stage: Stage, stages: tuple[Stage, ...], name: str) -> Fix | None:
    """Return the fix that renames a stage; None where one of its uses cannot be written anew."""
    alias = stage.start.alias
    if alias is None or any(one.name == name for one in stages):
        return None
    uses = list(_uses(stage, stages))
    # Variables, quotes and continuations: what is written is not what is read.
    if any(word.span.end - word.span.start != len(stage.name) for word in uses):
        return None
    edits = tuple(Edit(word.span, name) for word in (alias, *uses))
    return Fix(f"call it {name}, here and where it is used", edits, Applicability.UNSAFE)


def _uses(stage: Stage, stages: tuple[Stage, ...]) -> Iterator[Word]:
    for later in stages[stage.index + 1 :]:
        if later.parent is stage:
            yield later.start.image
        for instruction in later.instructions:
            one = instruction.trigger if isinstance(instruction, Onbuild) else instruction
            for word in from_words(one):
                if not word.text.isdecimal() and find_stage(word.text, later, stages) is stage:
                    yield word
