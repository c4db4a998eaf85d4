"""Builds that ask git: for the revision that Go writes into a program, or for a version of their own."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import TYPE_CHECKING

from gendock.dockerfile import Copy
from gendock.lint import Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.gobuild import GoBuild
from gendock.lint.gobuild.go_folders import is_root_name
from gendock.lint.gobuild.programs_at_hand import may_have_program
from gendock.lint.images import parse_image

if TYPE_CHECKING:
    from gendock.lint.gobuild import GoCall, Step
    from gendock.lint.mistake import Related
    from gendock.lint.scripts import Script

_ASKS = ("describe", "rev-parse", "log", "rev-list", "show", "symbolic-ref", "tag", "branch", "status")
# Without one of these, git takes a folder for no repository.
_PARTS = ("HEAD", "objects", "refs")


@rule("GO214", "vcs-stamp-without-history", severity=Severity.ERROR, mentions=("go build", "go install"))
def vcs_stamp_without_history(build: GoBuild) -> Mistakes:
    """Go asks git for the revision that it writes into a program, and git or the history is not there.

    It asks where git and a `.git` are at hand, and stops where git cannot read that: half of it is left out
    by .dockerignore, or it belongs to root and another user builds. With `-buildvcs=true`, it stops without
    git, too. Where all of `.git` is missing, as it is in .dockerignore, was not copied, or is a file that
    points out of the folder (in worktrees and submodules), the program gets no revision, and nobody is told.

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
            if call.builds and call.flag("buildvcs") not in ("false", "0"):
                mistake = _unread(build, step, call) or _unanswered(build, call)
                if mistake is not None:
                    yield mistake


def _unread(build: GoBuild, step: Step, call: GoCall) -> Mistake | None:
    """Return what is wrong with a `.git` that git finds and cannot read: go stops then, asked for or not."""
    at_hand = may_have_program(build.context, call.stage, ("git",), call.run)
    place = _history(call.module_folder or call.folder, call.tree.may_have)
    if not (call.is_certain and at_hand) or place is None or _is_pointer(build):
        return None
    why = _half(build, call, place) or _of_another_user(build, step, place)
    if why is None:
        return None
    fix = None
    if "buildvcs" not in call.flags:
        verb = call.command.words[len(call.command.words) - len(call.words) - 1]
        fix = Fix("build without the revision", (call.script.insert_behind(verb, "-buildvcs=false"),))
    return Mistake(
        call.span,
        f"`go {call.verb}` asks git for the revision, and stops: {why}",
        "build with -buildvcs=false, or leave all of .git out by .dockerignore",
        fix,
        related=_ignoring(build),
        severity=None if parse_image(call.stage.root.base or "").official == "golang" else Severity.WARNING,
    )


def _unanswered(build: GoBuild, call: GoCall) -> Mistake | None:
    """Return what keeps `-buildvcs=true` from its answer."""
    flag = call.flags.get("buildvcs")
    if flag is None or flag.word is None or flag.value not in ("", "true"):
        return None
    if _lacks_history(build, call.module_folder or call.folder, call.tree.may_have):
        return Mistake(
            call.script.span(flag.word),
            f"{_why(build)}: the program gets no revision",
            'let .git in, or pass the revision: `ARG REVISION` and -ldflags "-X main.revision=$REVISION"',
            related=_ignoring(build),
            severity=Severity.WARNING,
        )
    if call.is_certain and not may_have_program(build.context, call.stage, ("git",), call.run):
        return Mistake(
            call.script.span(flag.word),
            "-buildvcs needs git, and this image has none: the build stops here",
            "install git before this line, or -buildvcs=false",
        )
    return None


def _half(build: GoBuild, call: GoCall, place: str) -> str | None:
    """Return which part of a `.git` is missing, as a clause; None where none is, for all that is known."""
    for part in _PARTS:
        if call.tree.has(place) and not call.tree.may_have(posixpath.join(place, part)):
            return f"{place} is there without its {part}"
        pattern = build.files.excluding(f".git/{part}")
        if pattern is not None and ".git" in build.files.unlisted and not call.tree.has(place):
            return f"{build.files.ignore_name} leaves out a part of .git by `{pattern.text}`"
    return None


def _of_another_user(build: GoBuild, step: Step, place: str) -> str | None:
    """Return whom a `.git` belongs to, as a clause, where git refuses to read it for the user who builds."""
    if step.user is None or "$" in step.user or is_root_name(step.user) or ".git" not in build.files.unlisted:
        return None
    for stage in step.stage.lineage():
        if any(
            "chown" in one.text or "safe.directory" in one.text for one in build.context.scripts_of(stage)
        ):
            return None
        if any(copy.flag("chown") for copy in stage.of(Copy)):
            return None
    return f"{place} belongs to root, and {step.user} builds"


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
        related=_ignoring(build),
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
    return folder is not None and (_is_pointer(build) or _history(folder, may_have) is None)


def _history(folder: str | None, may_have: Callable[[str], bool]) -> str | None:
    """Return the `.git` that git finds from a folder upwards; None where there is none."""
    while folder is not None:
        if may_have(posixpath.join(folder, ".git")):
            return posixpath.join(folder, ".git")
        folder = None if folder == "/" else posixpath.dirname(folder)
    return None


def _is_pointer(build: GoBuild) -> bool:
    """Tell whether the repository's .git is a file that names a folder elsewhere."""
    return (build.repository.folder.root / build.files.folder / ".git").is_file()


def _ignoring(build: GoBuild) -> tuple[Related, ...]:
    """Return the line of the ignore file that leaves out .git, or a part of it."""
    for path in (".git", *(f".git/{part}" for part in _PARTS)):
        pattern = build.files.excluding(path)
        if pattern is not None and build.files.ignore_name is not None:
            return build.related_row(build.files.ignore_name, pattern.row, "this pattern excludes it")
    return ()


def _why(build: GoBuild) -> str:
    if _is_pointer(build):
        return ".git is a file here, which points out of the build context"
    pattern = build.files.excluding(".git")
    if pattern is not None:
        return f"{build.files.ignore_name} leaves .git out by `{pattern.text}`"
    return "there is no .git in this stage"
