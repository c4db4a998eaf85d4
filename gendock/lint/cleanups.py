"""What keeps a package manager's files out of an image: removing them, or a mount over their folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from gendock.dockerfile import Arg, Copy, Env, Flag, Onbuild, Run, Stage
from gendock.dockerfile.mounts import Mount, MountError, read_mount

if TYPE_CHECKING:
    from gendock.lint.scripts import Script
    from gendock.shell import Command

_BRACES = r"\{([^{}]*,[^{}]*)\}"
_MOST_NAMES = 64


def removes(command: Command, *folders: str) -> bool:
    """Tell whether a command deletes all that is in one of some folders."""
    if command.program == "find":
        if "-delete" not in command.texts and "rm" not in command.texts:
            return False
    elif command.program != "rm":
        return False
    for word in command.arguments:
        for path in _expanded(word.text):
            whole = path.rstrip("*").rstrip("/")
            if whole and any(f"{folder}/".startswith(f"{whole}/") for folder in folders):
                return True
    return False


def _expanded(text: str) -> list[str]:
    """Return the names that a word's braces stand for."""
    found = [text]
    while len(found) < _MOST_NAMES and (braces := re.search(_BRACES, found[0])):
        choices = braces[1].split(",")
        found = [one.replace(braces[0], choice, 1) for one in found for choice in choices]
    return found


def has_mount(run: Run, *parts: str) -> bool:
    """Tell whether a cache or tmpfs mount's target has one of some texts in it."""
    return any(part in target for target in mounted(run) for part in parts)


def mounted(run: Run) -> Iterator[str]:
    """Yield the targets of a RUN's cache and tmpfs mounts, as they are written."""
    for mount in mounts(run):
        if mount.kind in ("cache", "tmpfs"):
            yield mount.get("target")


def mounts(run: Run) -> Iterator[Mount]:
    """Yield a RUN's mounts, but for those that BuildKit refuses."""
    for flag in run.flags:
        mount = mount_of(flag)
        if mount is not None:
            yield mount


def mount_of(flag: Flag) -> Mount | None:
    """Return the mount that a flag says; None for other flags, and for what BuildKit refuses."""
    if flag.name != "mount" or flag.value is None:
        return None
    try:
        return read_mount(flag.value.text, lambda value: value)
    except MountError:
        return None


def variables_before(script: Script) -> dict[str, str]:
    """Return what ENV and ARG have set where a script runs, in its stage and those below."""
    values: dict[str, str] = {}
    for stage in reversed(tuple(script.stage.lineage())):
        for start, name, value in _assignments(stage):
            if stage is script.stage and start >= script.run.span.start:
                break
            values[name] = value
    return values


@lru_cache(maxsize=64)
def _assignments(stage: Stage) -> tuple[tuple[int, str, str], ...]:
    """Return what ENV and ARG set in a stage: where the instruction begins, the name, the value."""
    return tuple(
        (one.span.start, pair.name.text, pair.value.text.strip("\"'") if pair.value else "")
        for one in stage.instructions
        if isinstance(one, Env | Arg)
        for pair in one.pairs
    )


def is_said_before(script: Script, pattern: str) -> bool:
    """Tell whether a RUN or COPY before a script says something, in its stage or in one that it stands on.

    What stands in comments is not said, be they the Dockerfile's or those of a heredoc.
    """
    for stage in script.stage.lineage():
        at = _first_said(stage, pattern)
        if at is not None and (stage is not script.stage or at <= script.run.span.start):
            return True
    return False


# Each RUN of a stage asks anew, and a stage may have thousands.
@lru_cache(maxsize=64)
def _first_said(stage: Stage, pattern: str) -> int | None:
    """Return where the first RUN or COPY of a stage begins that says something; None where none does."""
    for instruction in stage.instructions:
        if isinstance(instruction, Run | Copy | Onbuild):
            bodies = (_without_comments(body.text) for body in instruction.heredocs)
            if any(re.search(pattern, text) for text in (instruction.line.text, *bodies)):
                return instruction.span.start
    return None


def _without_comments(text: str) -> str:
    return re.sub(r"(?m)^[ \t]*(?:#|//).*$", "", text)
