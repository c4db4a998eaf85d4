"""What a container starts: its first process, and command lines as arrays."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from gendock.dockerfile import Cmd, CommandLine, Entrypoint, Healthcheck, Instruction, Run, Stage

# A command line that a shell would hand to the program word by word, unchanged.
PLAIN = r"[A-Za-z0-9_./:@%+,=-]+(?:[ \t]+[A-Za-z0-9_./:@%+,=-]+)*"
# The same, with quotes that a shell would only take off.
_LITERAL = r"""(?:[A-Za-z0-9_./:@%+,= \t-]|'[^'\n]*'|"[^"\\$`\n]*")+"""


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


def command_lines(stage: Stage) -> Iterator[tuple[Instruction, CommandLine]]:
    """Yield a stage's instructions that start something, with what they start."""
    for one in stage.instructions:
        if isinstance(one, (Run, Cmd, Entrypoint, Healthcheck)) and one.command and one.command.words:
            yield one, one.command


def written_array(words: list[str]) -> str:
    """Return words as the array that a Dockerfile takes."""
    import json

    return json.dumps(words, ensure_ascii=False)


def literal_words(text: str) -> list[str] | None:
    """Return the words of a command line that a shell would hand on as they stand; None for any other."""
    if re.fullmatch(PLAIN, text):
        return text.split()
    if not re.fullmatch(_LITERAL, text):
        return None
    import shlex

    return shlex.split(text)


def array_of(text: str) -> str | None:
    """Return a command line as an array; None where a shell would make something else of it."""
    found = text.strip()
    if not re.fullmatch(PLAIN, found) or "=" in found.split()[0]:
        return None
    return written_array(found.split())
