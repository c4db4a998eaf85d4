"""What a container starts: its first process, and command lines as arrays."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from gendock.dockerfile import Cmd, CommandLine, Entrypoint, Healthcheck, Instruction, Run, Stage, Volume

# A command line that a shell would hand to the program word by word, unchanged.
PLAIN = r"[A-Za-z0-9_./:@%+,=-]+(?:[ \t]+[A-Za-z0-9_./:@%+,=-]+)*"


# Docker's daemon, or a script of its image: the whole last part of a path.
_DOCKER = r"(?:\A|[\s/])(?:dockerd(?:-entrypoint\.sh)?|dind)(?:\s|\Z)"
_DOCKER_DATA = "/var/lib/docker"


class Process(Struct, frozen=True):
    """The first process of a container, as an array says it."""

    instruction: Instruction
    words: tuple[str, ...]

    @property
    def program(self) -> str:
        """The program's name without its folder."""
        return self.words[0].rpartition("/")[2]

    @property
    def is_systemd(self) -> bool:
        """Whether it is systemd, which starts all else in its container, and has to be root for that."""
        return self.program == "systemd" or self.words[0].endswith("/sbin/init")


def first_process(stage: Stage) -> Process | None:
    """Return what a stage starts; None where it is in shell form, or where the stage does not say."""
    started = stage.last(Entrypoint) or stage.last(Cmd)
    if started is None or not started.command.exec_form or not started.command.words:
        return None
    return Process(started, tuple(word.text for word in started.command.words))


def runs_docker(stage: Stage) -> bool:
    """Tell whether a stage starts Docker's daemon, or keeps its data: it has to be root for that."""
    started = (stage.last(Entrypoint), stage.last(Cmd))
    words = (word.text for one in started if one is not None for word in one.command.words)
    if any(re.search(_DOCKER, word) for word in words):
        return True
    return any(
        word.text.rstrip("/") == _DOCKER_DATA
        for one in stage.lineage()
        for volume in one.of(Volume)
        for word in volume.words
    )


def command_lines(stage: Stage) -> Iterator[tuple[Instruction, CommandLine]]:
    """Yield a stage's instructions that start something, with what they start."""
    for one in stage.instructions:
        if isinstance(one, Run | Cmd | Entrypoint | Healthcheck) and one.command and one.command.words:
            yield one, one.command


def written_array(words: list[str]) -> str:
    """Return words as the array that a Dockerfile takes."""
    import json

    return json.dumps(words, ensure_ascii=False)


def array_of(text: str) -> str | None:
    """Return a command line as an array; None where a shell would make something else of it."""
    found = text.strip()
    if not re.fullmatch(PLAIN, found) or "=" in found.split()[0]:
        return None
    return written_array(found.split())
