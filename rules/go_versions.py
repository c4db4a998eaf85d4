"""Versions that a build takes: Go's own release, and those of modules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.gobuild import GoBuild, GoCall
from gendock.lint.gobuild.bases import go_version
from gendock.lint.gobuild.go_images import place_of, with_release
from gendock.lint.images import parse_image
from gendock.lint.mistake import replace

if TYPE_CHECKING:
    from gendock.dockerfile import Stage
    from gendock.shell import Word


@rule("GO103", "go-past-its-end", severity=Severity.WARNING, mentions=("golang",))
def go_past_its_end(build: GoBuild) -> Mistakes:
    """The Go release of the image gets no security fixes any more.

    Each release is mended until there are two newer ones. The standard library is part of every Go program:
    its holes are in the image, too. A newer Go builds what an older one did: where they differ, it goes by
    the `go` line.

    Bad:
        FROM golang:1.19
        WORKDIR /src
        COPY . .
        RUN go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.19

    Good:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.19
    """
    from gendock.golang.releases import OLDEST_SUPPORTED, is_past_its_end

    supported = f"{OLDEST_SUPPORTED[0]}.{OLDEST_SUPPORTED[1]}"
    for stage in _go_stages(build):
        version = go_version(parse_image(stage.base or ""))
        if version is not None and is_past_its_end(version) and not _is_too_old(build, stage):
            yield Mistake(
                place_of(build, stage),
                f"Go {version.language} gets no security fixes any more",
                f"build with Go {supported} or newer; go.mod may keep its `go` line",
                with_release(build, stage, supported, safe=False),
            )


@rule(
    "GO115",
    "moving-module-versions",
    severity=Severity.WARNING,
    mentions=("go get", "go mod tidy", "go mod edit", "go mod init"),
)
def moving_module_versions(build: GoBuild) -> Mistakes:
    """A build changes the versions of its modules.

    `go get` and `go mod tidy` write go.mod and go.sum anew, from what the proxy has on that day: two builds
    of one commit give two programs, and what was tested is not what is shipped. Change versions in the
    repository, commit go.mod and go.sum, and let the build take them as they are.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go mod tidy && go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        func main() {}

    Good:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go mod download && go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        func main() {}
    """
    for call in build.calls:
        if call.module is None:
            continue
        if call.verb == "mod tidy" and call.flag("diff") is None:
            verb = call.command.words[len(call.command.words) - len(call.words) - 1]
            fix = (
                replace(call.script.span(verb), "download", "download what go.mod names", safe=False)
                if not call.words
                else None
            )
            yield Mistake(
                call.span,
                "`go mod tidy` in a build may change the versions in go.mod",
                "run it in the repository, commit go.mod and go.sum, and write `go mod download` here",
                fix,
            )
        elif call.verb == "get" and (moved := _moved(call)):
            yield Mistake(
                call.span if call.flag("u") is None else call.script.span(moved),
                f"`go get {moved.text}` in a build changes the versions in go.mod",
                "run it in the repository, and commit go.mod and go.sum; for a program that the build needs, "
                "`go install NAME@v1.2.3`",
                covers=(("DL3062", call.script.span(moved)),),
            )


def _moved(call: GoCall) -> Word | None:
    """Return what makes `go get` change a version: -u, or a package that go.mod does not fix."""
    flag = call.flags.get("u")
    if flag is not None and flag.word is not None:
        return flag.word
    return next((one.word for one in call.packages if one.word is not None and one.folder is None), None)


def _go_stages(build: GoBuild) -> Iterator[Stage]:
    """Yield the stages with a base image in which go is called, or in a stage that stands on them."""
    seen: set[int] = set()
    for call in build.calls:
        *_, root = call.stage.lineage()
        if root.index not in seen:
            seen.add(root.index)
            yield root


def _is_too_old(build: GoBuild, stage: Stage) -> bool:
    """Tell whether go.mod asks for a newer Go than the image has: that is the mistake then."""
    offered = go_version(parse_image(stage.base or ""))
    for call in build.calls:
        if stage in call.stage.lineage() and call.module is not None and call.module.go is not None:
            asked = call.module.go.version
            if offered is not None and (offered.major, offered.minor) < (asked.major, asked.minor):
                return True
    return False
