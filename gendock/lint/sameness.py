"""Whether two texts hold the same instructions for BuildKit: the proof of edits to the layout."""

from __future__ import annotations

from typing import TypeAlias

from gendock.dockerfile import (
    Dockerfile,
    Healthcheck,
    Instruction,
    Maintainer,
    Onbuild,
    Run,
    User,
    Workdir,
    read,
)
from gendock.dockerfile.instructions import Arg, Cmd, Entrypoint, Env, Label, Shell

Signature: TypeAlias = tuple[object, ...]


def signature(file: Dockerfile) -> Signature:
    """Return all that BuildKit takes from a file: directives, and each instruction's words."""
    heads = tuple((directive.name, directive.value) for directive in file.directives)
    kinds = tuple(sorted(problem.kind for problem in file.all_problems))
    return (heads, kinds, *(instruction_signature(one) for one in file.instructions))


def instruction_signature(instruction: Instruction, *, blanks_of_run: bool = False) -> Signature:
    """Return what BuildKit takes from an instruction.

    A shell passes over blanks between the words of RUN; with `blanks_of_run` they count all the same.
    """
    if isinstance(instruction, Onbuild):
        words: tuple[object, ...] = instruction_signature(instruction.trigger, blanks_of_run=blanks_of_run)
    elif isinstance(instruction, Arg | Env | Label):
        words = tuple(
            (pair.name.text, pair.value.text if pair.value else None, pair.separator.strip())
            for pair in instruction.pairs
        )
    elif isinstance(instruction, Run) and not instruction.command.exec_form and not blanks_of_run:
        words = tuple(" ".join(word.text.split()) for word in instruction.command.words)
    elif isinstance(instruction, Run | Cmd | Entrypoint | Shell | Healthcheck) and instruction.command:
        words = (instruction.command.exec_form, *(word.text for word in instruction.command.words))
    elif isinstance(instruction, Maintainer | User | Workdir):
        words = (instruction.value.text,)
    else:
        words = tuple(word.text for word in instruction.words)
    flags = tuple((flag.name, flag.value.text if flag.value else None) for flag in instruction.flags)
    bodies = tuple((body.name, body.text, body.heredoc.strip_tabs) for body in instruction.heredocs)
    return (instruction.name, flags, words, bodies)


def reads_the_same(before: str, after: str, escape: str) -> bool:
    """Tell whether the text of one instruction says the same after an edit, to the last blank."""
    head = f"# escape={escape}\n"
    one, other = (read(head + text).instructions for text in (before, after))
    return [instruction_signature(each, blanks_of_run=True) for each in one] == [
        instruction_signature(each, blanks_of_run=True) for each in other
    ]
