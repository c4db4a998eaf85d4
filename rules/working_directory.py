"""WORKDIR: where instructions work, and where relative paths lead."""

from __future__ import annotations

import posixpath
import re

from gendock.dockerfile import Copy, Instruction, Run, Stage, Workdir
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.bases import is_scratch
from gendock.lint.context import BuildContext
from gendock.lint.edits import in_case_of, insert_line
from gendock.lint.go_commands import go_commands
from gendock.lint.intended import any_meant
from gendock.lint.mistake import Applicability, Fix, replace

_PEERS = ("WORKDIR_IS_NOT_ABSOLUTE", "DS-0009", "CKV_DOCKER_10")
# A drive's letter.
_WINDOWS_ABSOLUTE = re.compile(r"[A-Za-z]:")


def _says_nowhere(stage: Stage, instruction: Instruction) -> bool:
    """Tell whether the base image alone decides in which folder an instruction works."""
    if stage.working_directory(before=instruction) is not None:
        return False
    above = (one for one in stage.instructions if one.span.start < instruction.span.start)
    return not any_meant(above, "WORKDIR")


def _is_relative(path: str) -> bool:
    """Tell whether a path is surely relative: it begins neither at a root nor with a variable."""
    bare = path.strip("\"'")
    return not (bare.startswith(("/", "$")) or _WINDOWS_ABSOLUTE.match(bare))


@rule(
    "DL3000",
    "relative-workdir",
    severity=Severity.ERROR,
    also=("WorkdirRelativePath", *_PEERS),
    needs=(Workdir,),
)
def relative_workdir(stage: Stage) -> Mistakes:
    """A WORKDIR is relative.

    Where it leads depends on the WORKDIR before it, and on the base image if there is none.

    Bad:
        FROM debian:12
        WORKDIR app

    Good:
        FROM debian:12
        WORKDIR /app
    """
    for workdir in stage.of(Workdir):
        path = workdir.value.text
        if not _is_relative(path):
            continue
        above = stage.working_directory(before=workdir)
        target = posixpath.normpath(posixpath.join(above or "/", path.strip("\"'")))
        yield Mistake(
            workdir.value.span,
            f"WORKDIR {path} is relative, so where it leads depends on what came before",
            f"write it out: `WORKDIR {target}`",
            # Without a WORKDIR above, the base image's own decides, which cannot be seen from here.
            replace(workdir.value.span, target, f"write WORKDIR {target}", safe=above is not None),
            # BuildKit speaks of the first one only; behind an absolute WORKDIR it says nothing.
            also=_PEERS if above is not None else ("WorkdirRelativePath", *_PEERS),
        )


@rule("DL3045", "copy-relative-destination", severity=Severity.WARNING, needs=(Copy,))
def copy_relative_destination(context: BuildContext) -> Mistakes:
    """COPY goes to a relative path, and no WORKDIR has been set.

    The files land in the folder that the base image happens to have, often `/`: beside the system's own, and
    somewhere else after the next change of the base image. A stage on `scratch` works in `/`, and nothing
    can change that from outside: there a relative path is clear.

    Bad:
        FROM debian:12
        COPY app ./

    Good:
        FROM debian:12
        WORKDIR /app
        COPY app ./
    """
    for stage in context.stages:
        lost = [copy for copy in stage.of(Copy) if _is_lost(stage, copy)]
        for copy in lost:
            calls_go = any(True for script in context.scripts_of(stage) for _ in go_commands(script))
            folder = "/src" if calls_go else "/app"
            # One WORKDIR above the first is enough for all.
            text = f"{in_case_of(copy, 'WORKDIR')} {folder}"
            edit = insert_line(context.file.source, lost[0], text)
            yield Mistake(
                copy.destination.span,
                f"{copy.destination.text} is relative, and no WORKDIR says to what: the base image decides",
                f"put a `WORKDIR {folder}` (or another absolute folder) above",
                Fix(f"put WORKDIR {folder} above", (edit,), Applicability.UNSAFE),
            )


def _is_lost(stage: Stage, copy: Copy) -> bool:
    return _is_relative(copy.destination.text) and _says_nowhere(stage, copy) and not is_scratch(stage)


@rule("GD101", "no-workdir", severity=Severity.WARNING, mentions=("go",))
def no_workdir(context: BuildContext) -> Mistakes:
    """A stage builds with Go and never says where.

    Without WORKDIR the go command runs in the base image's own folder: `/go` in the official image, `/` in
    others. `/go` is GOPATH, where a module is not looked for as people expect.

    Bad:
        FROM golang:1.26
        COPY . /src
        RUN go build -o /app ./cmd/app
    """
    for stage in context.file.stages:
        yield from _without_workdir(context, stage)


def _without_workdir(context: BuildContext, stage: Stage) -> Mistakes:
    copies_relative = any(_is_relative(copy.destination.text) for copy in stage.of(Copy))
    for script in context.scripts_of(stage):
        # In which folder an ONBUILD works, another file decides.
        if not isinstance(script.instruction, Run):
            continue
        if copies_relative or not _says_nowhere(stage, script.instruction):
            return
        for command in go_commands(script):
            if command.elsewhere or not command.needs_module:
                continue
            yield Mistake(
                command.span,
                f"`go {command.verb}` runs in the base image's own folder: this stage has no WORKDIR",
                "put a `WORKDIR /src` above, and copy the source there",
            )
            return
