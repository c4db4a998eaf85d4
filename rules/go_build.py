"""How a Dockerfile builds a Go program, seen from the Dockerfile alone."""

from __future__ import annotations

from gendock.dockerfile import Add, Broken, Copy, Run, Stage, Unknown
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.go_commands import GoCommand, go_commands
from gendock.lint.scripts import Script

_VERBS = ("build", "test", "vet", "generate")
_STEPS = [("download",), ("tidy",), ("vendor",), ("verify",)]
# Programs that can bring source into a stage by themselves.
_FETCH = {"git", "curl", "wget", "tar", "unzip", "svn", "hg", "echo", "cat", "printf", "cp", "mv", "tee"}


@rule("GD102", "build-before-source", severity=Severity.ERROR, mentions=("go",))
def build_before_source(context: BuildContext) -> Mistakes:
    """`go build` runs before any source has come into the stage.

    A stage begins with what its base image has. Instructions run from top to bottom, so COPY (or a bind mount
    on the RUN itself) has to come first; the go command finds no go.mod and stops.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        RUN go build -o /app .
        COPY . .
    """
    for stage in context.file.stages:
        if stage.parent is None:
            yield from _before_source(context, stage)


def _before_source(context: BuildContext, stage: Stage) -> Mistakes:
    scripts = {id(script.run): script for script in context.scripts_of(stage)}
    before: list[Script] = []
    for instruction in stage.instructions:
        # A COPY that cannot be read was meant to bring something: that is the mistake then, not this.
        if isinstance(instruction, Copy | Add | Broken | Unknown):
            return
        if not isinstance(instruction, Run):
            continue
        script = scripts[id(instruction)]
        command = next(filter(_needs_source, go_commands(script)), None)
        if command is None:
            before.append(script)
            continue
        mounted = any(flag.name == "mount" for flag in instruction.flags)
        written = any(map(_writes_source, (*before, script)))
        if not (mounted or written or command.elsewhere or any(map(_fetches, before))):
            yield Mistake(
                command.span,
                f"`go {command.verb}` runs before any source is in this stage",
                "move COPY above this RUN (after a WORKDIR)",
            )
        return


def _needs_source(command: GoCommand) -> bool:
    return command.verb in _VERBS or (command.verb == "mod" and command.arguments[:1] in _STEPS)


def _writes_source(script: Script) -> bool:
    """Tell whether a RUN writes Go source itself: `printf ... > main.go`."""
    redirects = (redirect for command in script.calls for redirect in command.redirects)
    return any(redirect.target.text.endswith(".go") for redirect in redirects)


def _fetches(script: Script) -> bool:
    """Tell whether a RUN can bring source into the stage by itself; `go get` does, and `go mod init`."""
    return any(command.program in _FETCH or command.program == "go" for command in script.calls)
