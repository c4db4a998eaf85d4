"""Builds that ask git: for the revision that Go writes into a program, or for a version of their own."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import TYPE_CHECKING

from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.gobuild import GoBuild
from gendock.lint.gobuild.programs_at_hand import may_have_program

if TYPE_CHECKING:
    from gendock.lint.gobuild import Step
    from gendock.lint.scripts import Script

_ASKS = ("describe", "rev-parse", "log", "rev-list", "show", "symbolic-ref", "tag", "branch", "status")


@rule("GO214", "vcs-stamp-without-history", severity=Severity.ERROR, mentions=("-buildvcs",))
def vcs_stamp_without_history(build: GoBuild) -> Mistakes:
    """`-buildvcs` asks for the revision, and git or the history is not there.

    Without git the go command stops. Without `.git`, as it is in .dockerignore, was not copied, or is a file
    that points out of the folder (in worktrees and submodules), the program gets no revision, and nobody is
    told.

    Bad:
        FROM golang:1.26-alpine
        WORKDIR /src
        COPY . .
        RUN go build -buildvcs=true -o /app .

        -- .git/HEAD --
        ref: refs/heads/main
        -- go.mod --
        module example.com/app

        go 1.26
    """
    for step in build.steps:
        for call in step.calls:
            flag = call.flags.get("buildvcs")
            if flag is None or flag.word is None or not call.builds or flag.value not in ("", "true"):
                continue
            span = call.script.span(flag.word)
            if _lacks_history(build, call.module_folder or call.folder, call.tree.may_have):
                yield Mistake(
                    span,
                    f"{_why(build)}: the program gets no revision",
                    "let .git in, or pass the revision: "
                    '`ARG REVISION` and -ldflags "-X main.revision=$REVISION"',
                    severity=Severity.WARNING,
                )
            elif call.is_certain and not may_have_program(build.context, call.stage, ("git",), call.run):
                yield Mistake(
                    span,
                    "-buildvcs needs git, and this image has none: the build stops here",
                    "install git before this line, or -buildvcs=false",
                )


@rule("GO216", "asks-git-in-vain", severity=Severity.WARNING, mentions=("git ",))
def asks_git_in_vain(build: GoBuild) -> Mistakes:
    """A build asks git for a version, and git or the history is not there.

    `$(git describe)` is empty then, the build goes on, and the program has no version. Pass it from outside:
    `docker build --build-arg VERSION=$(git describe --tags)`, with `ARG VERSION` in the Dockerfile. That also
    keeps .git out of the build context, where each commit would end the cache.

    Bad:
        FROM golang:1.26-alpine
        WORKDIR /src
        COPY . .
        RUN go build -ldflags "-X main.version=$(git describe --tags)" -o /app .

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        var version string

        func main() { println(version) }
    """
    for step in build.steps:
        for script in build.context.scripts_of(step.stage):
            if script.instruction is not step.instruction:
                continue
            mistake = _asking(build, step, script)
            if mistake is not None:
                yield mistake


def _asking(build: GoBuild, step: Step, script: Script) -> Mistake | None:
    calls = [command for command in script.calls_of("git") if command.texts[:1] and command.texts[0] in _ASKS]
    if not calls or _brings_history(build, step):
        return None
    verb = calls[0].texts[0]
    if _lacks_history(build, step.folder, step.before.may_have) and not step.sources:
        why = _why(build)
    elif not may_have_program(build.context, step.stage, ("git",), script.run):
        why = "there is no git in this image"
    else:
        return None
    return Mistake(
        script.span(calls[0]),
        f"{why}: `git {verb}` says nothing",
        "pass it from outside: `ARG VERSION`, and docker build --build-arg VERSION=...",
    )


def _brings_history(build: GoBuild, step: Step) -> bool:
    """Tell whether the stage gets a history by itself."""
    scripts = (one for stage in step.stage.lineage() for one in build.context.scripts_of(stage))
    return any(
        command.texts[:1] in (("clone",), ("init",), ("fetch",))
        for script in scripts
        for command in script.calls_of("git")
    )


def _lacks_history(build: GoBuild, folder: str | None, may_have: Callable[[str], bool]) -> bool:
    """Tell whether no folder from one upwards has a `.git` that git can use."""
    if folder is None:
        return False
    if _is_pointer(build):
        return True
    while not may_have(posixpath.join(folder, ".git")):
        if folder == "/":
            return True
        folder = posixpath.dirname(folder)
    return False


def _is_pointer(build: GoBuild) -> bool:
    """Tell whether the repository's .git is a file that names a folder elsewhere."""
    return (build.repository.folder.root / build.files.folder / ".git").is_file()


def _why(build: GoBuild) -> str:
    if _is_pointer(build):
        return ".git is a file here, which points out of the build context"
    pattern = build.files.excluding(".git")
    if pattern is not None:
        return f"{build.files.ignore_name} leaves .git out by `{pattern.text}`"
    return "there is no .git in this stage"
