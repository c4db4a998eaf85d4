"""What go.mod asks for, and what the Dockerfile gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendock.dockerfile import Copy, Span
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.gobuild import GoBuild, GoCall, Source
from gendock.lint.gobuild.bases import go_version
from gendock.lint.images import parse_image
from gendock.lint.mistake import replace

if TYPE_CHECKING:
    from gendock.golang import Directive, GoVersion, Module


@rule("GO101", "image-go-too-old", severity=Severity.ERROR)
def image_go_too_old(build: GoBuild) -> Mistakes:
    """The golang image is older than the Go version that go.mod asks for.

    The official image sets GOTOOLCHAIN=local, so the go command does not fetch a newer toolchain: it stops at
    once with "go.mod requires go >= ...".

    Bad:
        FROM golang:1.22 AS build
        WORKDIR /src
        COPY . .
        RUN go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.25.0

    Good:
        FROM golang:1.25 AS build
        WORKDIR /src
        COPY . .
        RUN go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.25.0
    """
    told: set[int] = set()
    for call in build.calls:
        asked = _asked(build, call)
        *_, root = call.stage.lineage()
        image = parse_image(root.base or "")
        offered = go_version(image)
        if asked is None or offered is None or root.index in told or not _is_older(offered, asked.version):
            continue
        told.add(root.index)
        tag = image.tag.replace(str(offered), asked.version.language, 1)
        fix = None
        if root.start.image.text == root.base and not image.digest:
            text = f"{image.name}:{tag}"
            fix = replace(root.start.image.span, text, f"build with {text}")
        yield Mistake(
            root.start.image.span,
            f"{image.name}:{image.tag} cannot build this module: go.mod asks for Go {asked.version}",
            f"use {image.name}:{tag}; the image has GOTOOLCHAIN=local, so `go` stops at once",
            fix,
            related=build.related(asked.evidence, "asked for here"),
        )


@rule("GO102", "missing-go-sum", severity=Severity.ERROR)
def missing_go_sum(build: GoBuild) -> Mistakes:
    """COPY or a bind mount names go.sum, and the repository has none.

    A module without dependencies has no go.sum, and BuildKit stops at a COPY of a file that is not there. A
    pattern, as in `COPY go.mod go.su[m] ./`, may match nothing as long as another source matches.

    Bad:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY go.mod go.sum ./

        -- go.mod --
        module example.com/app

        go 1.26

    Good:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY go.mod ./

        -- go.mod --
        module example.com/app

        go 1.26
    """
    for step in build.steps:
        for source in step.sources:
            module = next((one for one in build.repository.modules if _is_sum_of(build, source, one)), None)
            if module is None:
                continue
            needed = any(not one.path.startswith("./") for one in module.requires)
            advice = (
                "run `go mod tidy`, and commit the go.sum that it writes" if needed else "leave go.sum out"
            )
            copy = step.instruction
            fix = _leave_out(copy, source) if isinstance(copy, Copy) and not needed else None
            yield Mistake(source.span, "there is no go.sum: the build fails at this line", advice, fix)


def _is_sum_of(build: GoBuild, source: Source, module: Module) -> bool:
    """Tell whether a source is the go.sum of a module that has none."""
    if not source.is_context or source.text is None or source.found or module.has_sum:
        return False
    return build.files.to_repository(source.text.lstrip("/")) == module.sum_file


def _leave_out(copy: Copy, source: Source) -> Fix | None:
    """Take one source out of a COPY, with the blank behind it."""
    at = next((at for at, word in enumerate(copy.sources) if word.span == source.span), None)
    if at is None or len(copy.sources) < 2:
        return None
    following = copy.sources[at + 1] if at + 1 < len(copy.sources) else copy.destination
    whole = Span(copy.sources[at].span.start, following.span.start)
    return Fix("leave go.sum out", (Edit(whole, ""),))


def _asked(build: GoBuild, call: GoCall) -> Directive | None:
    """Return the line that asks for a Go version, where the call stops for one that it has not."""
    module = build.module_of(call) if call.reads_module else None
    if module is None or call.is_unknown("GOTOOLCHAIN"):
        return None
    return module.go if call.variable("GOTOOLCHAIN") in (None, "", "local") else None


def _is_older(offered: GoVersion, asked: GoVersion) -> bool:
    """Compare an image's tag with a go line; `1.25` as a tag is the newest patch release of 1.25."""
    if offered.patch is None and not offered.prerelease:
        return (offered.major, offered.minor) < (asked.major, asked.minor)
    return offered < asked
