"""Images that nobody is meant to start as they are: bases for others, files to copy from, toolchains."""

from __future__ import annotations

import re

from gendock.dockerfile import (
    Add,
    Broken,
    Cmd,
    Copy,
    Entrypoint,
    Expose,
    Healthcheck,
    Instruction,
    Stage,
    Unknown,
    Volume,
    Workdir,
)
from gendock.dockerfile.remote_sources import is_url
from gendock.lint.base_users import starts_a_shell
from gendock.lint.images import ImageReference
from gendock.lint.intended import any_meant
from gendock.lint.official_images import TOOLCHAINS
from gendock.lint.rights import started_words
from gendock.lint.stage_uses import find_stage, from_words

_PROMPTS = re.compile(
    r"(?:/\S*/)?(?:(?:ba|da|a|z|k)?sh|python[\d.]*|pypy[\d.]*|node|irb|php|perl|lua|erl|iex|ghci|jshell|julia|R|pwsh)"
)
_WAITS = (("tail", "-f", "/dev/null"), ("sleep", "infinity"))
_OF_A_PROGRAM = (Copy, Add, Expose, Workdir, Healthcheck, Volume)
_NAMES = tuple(kind.__name__.upper() for kind in _OF_A_PROGRAM)


def says_what_starts(stage: Stage) -> bool:
    """Tell whether a stage, or one that it builds on, has a CMD or ENTRYPOINT, if a misspelt one."""
    return _has(stage, (Cmd, Entrypoint), ("CMD", "ENTRYPOINT"))


def is_unstarted(stage: Stage, stages: tuple[Stage, ...], image: ImageReference | None) -> bool:
    """Tell whether a stage on this image (None for scratch) starts no program of its own."""
    if says_what_starts(stage):
        return starts_a_prompt(stage) and (image is None or not _holds_context(stage, stages))
    if image is None or not _has(stage, _OF_A_PROGRAM, _NAMES):
        return True
    is_tool = image.official in TOOLCHAINS or not _holds_context(stage, stages)
    return starts_a_shell(image) and is_tool


def starts_a_prompt(stage: Stage) -> bool:
    """Tell whether all that a stage starts is a shell or an interpreter with nothing to read, or a wait."""
    words = started_words(stage)
    if any(words[-len(wait) :] == wait for wait in _WAITS):
        return True
    last = stage.last(Cmd)
    # Behind an ENTRYPOINT that is a script, what CMD says is what it goes on with.
    if last is not None and stage.last(Entrypoint) is not None and last.command.exec_form:
        words = tuple(word.text for word in last.command.words)
    program, *arguments = words or ("",)
    return _PROMPTS.fullmatch(program) is not None and all(word.startswith("-") for word in arguments)


def _has(stage: Stage, kinds: tuple[type[Instruction], ...], names: tuple[str, ...]) -> bool:
    return any(
        one.has(*kinds)
        or (one.has(Broken, Unknown) and any(any_meant(one.instructions, name) for name in names))
        for one in stage.lineage()
    )


def _holds_context(stage: Stage, stages: tuple[Stage, ...]) -> bool:
    """Tell whether files of the build context get into a stage, be it by way of another."""
    waiting, seen = [stage], {stage.index}
    while waiting:
        for one in waiting.pop().lineage():
            for instruction in one.instructions:
                if _copies(instruction):
                    return True
                used = (find_stage(name.text, one, stages) for name in from_words(instruction))
                new = [other for other in used if other is not None and other.index not in seen]
                seen.update(other.index for other in new)
                waiting += new
    return False


def _copies(instruction: Instruction) -> bool:
    if isinstance(instruction, Copy | Add):
        sources = instruction.sources
        return instruction.flag("from") is None and not all(is_url(word.text) for word in sources)
    return any_meant((instruction,), "COPY") or any_meant((instruction,), "ADD")
