"""Which stages other stages use: FROM, COPY --from, ADD --from, and the mounts of RUN."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gendock.dockerfile import Add, Copy, Instruction, Onbuild, Run, Span, Stage, Word

# A variable in the name of a stage, whose value --build-arg may choose.
_VARIABLE = r"\$(?:\{[^}]*\}|\w+)"


def used_stages(stages: tuple[Stage, ...]) -> frozenset[int]:
    """Return the numbers of the stages that another stage stands on or takes files from."""
    return frozenset(used.index for stage in stages for used in stages_used_by(stage, stages))


def stages_used_by(stage: Stage, stages: tuple[Stage, ...]) -> Iterator[Stage]:
    """Yield the stages that a stage stands on or takes files from, whatever --build-arg says."""
    # Nothing stands above the first stage.
    if stage.index == 0:
        return
    if stage.parent is not None:
        yield stage.parent
    yield from _meant(stage.start.image.text, stage, stages)
    for instruction in stage.instructions:
        one = instruction.trigger if isinstance(instruction, Onbuild) else instruction
        for name in from_words(one):
            found = find_stage(name.text, stage, stages)
            if found is not None:
                yield found
            yield from _meant(name.text, stage, stages)


def _meant(name: str, stage: Stage, stages: tuple[Stage, ...]) -> Iterator[Stage]:
    """Yield the stages that a name with a variable in it may stand for."""
    if "$" not in name:
        return
    parts = re.split(_VARIABLE, name.lower())
    pattern = ".*".join(re.escape(part) for part in parts)
    for one in stages[: stage.index]:
        if one.name and re.fullmatch(pattern, one.name):
            yield one


def find_stage(name: str, stage: Stage, stages: tuple[Stage, ...]) -> Stage | None:
    """Return the earlier stage that `--from` names, by name or by number; None where it is none."""
    earlier = stages[: stage.index]
    # A later stage of the same name hides an earlier one.
    by_name = next((one for one in reversed(earlier) if one.name and one.name == name.lower()), None)
    if by_name is None and name.isdecimal() and int(name) < len(earlier):
        return earlier[int(name)]
    return by_name


def from_words(instruction: Instruction) -> Iterator[Word]:
    """Yield what an instruction's `--from` and `--mount=from=` say."""
    if isinstance(instruction, Copy | Add):
        flag = instruction.flag("from")
        if flag is not None and flag.value is not None:
            yield flag.value
    elif isinstance(instruction, Run):
        for flag in instruction.flags:
            if flag.name == "mount" and flag.value is not None:
                yield from _mounted(flag.value)


def _mounted(mount: Word) -> Iterator[Word]:
    at = 0
    for field in mount.text.split(","):
        key, equals, value = field.partition("=")
        if key.strip().lower() == "from":
            start = mount.span.start + at + len(key) + len(equals)
            # Only what is written as it is read has places: no quotes, no escapes, no continuations.
            as_written = mount.span.end - mount.span.start == len(mount.text)
            yield Word(value, Span(start, start + len(value)) if as_written else mount.span)
        at += len(field) + 1
