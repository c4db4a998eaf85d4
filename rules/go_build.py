"""How a Dockerfile builds a Go program, seen from the Dockerfile alone."""

from __future__ import annotations

from gendock.dockerfile import Add, Broken, Copy, Run, Stage, Unknown
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.commands import commands, go_commands

# Programs that can bring source into a stage by themselves.
_FETCH = {"git", "curl", "wget", "tar", "unzip", "svn", "hg", "echo", "cat", "printf", "cp", "mv", "tee"}


@rule("GD102", "build-before-source", severity=Severity.ERROR)
def build_before_source(stage: Stage) -> Mistakes:
    """`go build` runs before any source has come into the stage.

    A stage begins with what its base image has. Instructions run from top to bottom, so COPY (or a bind mount
    on the RUN itself) has to come first; the go command finds no go.mod and stops.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        RUN go build -o /app .
        COPY . .
    """
    if stage.parent is not None:
        return
    for instruction in stage.instructions:
        # A COPY that cannot be read was meant to bring something: that is the mistake then, not this.
        if isinstance(instruction, Copy | Add | Broken | Unknown):
            return
        if not isinstance(instruction, Run):
            continue
        for command in go_commands(instruction):
            mounted = any(flag.name == "mount" for flag in instruction.flags)
            if command.verb not in ("build", "test", "vet", "generate") or mounted or command.elsewhere:
                continue
            yield Mistake(
                command.span,
                f"`go {command.verb}` runs before any source is in this stage",
                "move COPY above this RUN (after a WORKDIR)",
            )
            return
        if _FETCH & {command.program for command in commands(instruction)}:
            return
