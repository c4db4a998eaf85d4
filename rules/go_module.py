"""What go.mod asks for, and what the Dockerfile gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gendock.dockerfile import Copy, Env, Run, Stage, Word
from gendock.lint import Edit, Fix, Mistake, Mistakes, Related, Severity, rule
from gendock.lint.cleanups import mount_of
from gendock.lint.context import BuildContext
from gendock.lint.go_commands import go_commands
from gendock.lint.images import ImageReference, parse_image
from gendock.lint.mistake import replace

if TYPE_CHECKING:
    from gendock.golang import Evidence, GoVersion

_TAG = r"(\d+\.\d+(?:\.\d+)?(?:rc\d+|beta\d+)?)(?=-|\Z)"


@rule("GO101", "image-go-too-old", severity=Severity.ERROR)
def image_go_too_old(context: BuildContext) -> Mistakes:
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
    if context.module is None or context.module.go is None:
        return
    asked = context.module.go
    for stage in context.file.stages:
        image = parse_image(stage.base or "")
        offered = _go_version(image)
        if offered is None or not _is_older(offered, asked.version) or not _builds(stage, context):
            continue
        tag = image.tag.replace(str(offered), asked.version.language, 1)
        written = stage.start.image.text
        message = f"{image.name}:{image.tag} cannot build this module: go.mod asks for Go {asked.version}"
        fix = None
        if written == stage.base and not image.digest:
            text = f"{image.name}:{tag}"
            fix = replace(stage.start.image.span, text, f"build with {text}")
        yield Mistake(
            stage.start.image.span,
            message,
            f"use {image.name}:{tag}; the image has GOTOOLCHAIN=local, so `go` stops at once",
            fix,
            related=_shown(context, asked.evidence, "asked for here"),
        )


@rule("GO102", "missing-go-sum", severity=Severity.ERROR)
def missing_go_sum(context: BuildContext) -> Mistakes:
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
    if context.module is None or context.read("go.sum") is not None:
        return
    needed = any(not one.path.startswith("./") for one in context.module.requires)
    advice = "run `go mod tidy`, and commit the go.sum that it writes" if needed else "leave go.sum out"
    for copy in _copies(context):
        for at, source in enumerate(copy.sources):
            if not _is_go_sum(source.text):
                continue
            fix = _leave_out(copy, at) if not needed and len(copy.sources) > 1 else None
            yield _no_sum(source, advice, fix)
    for stage in context.file.stages:
        for run in stage.of(Run):
            for flag in run.flags:
                mount = mount_of(flag)
                if flag.value is None or mount is None or mount.kind != "bind" or mount.get("from"):
                    continue
                if _is_go_sum(mount.get("source")):
                    yield _no_sum(flag.value, advice, None)


def _copies(context: BuildContext) -> Iterator[Copy]:
    """Yield the COPYs out of the build context."""
    for stage in context.file.stages:
        for copy in stage.of(Copy):
            if copy.flag("from") is None:
                yield copy


def _is_go_sum(source: str) -> bool:
    return source.removeprefix("./").strip("/") == "go.sum"


def _no_sum(place: Word, advice: str, fix: Fix | None) -> Mistake:
    return Mistake(place.span, "there is no go.sum: the build fails at this line", advice, fix)


def _leave_out(copy: Copy, at: int) -> Fix:
    """Take one source out of a COPY, with the blank behind it."""
    following = copy.sources[at + 1] if at + 1 < len(copy.sources) else copy.destination
    span = copy.sources[at].span
    return Fix("leave go.sum out", (Edit(span._replace(end=following.span.start), ""),))


def _go_version(image: ImageReference) -> GoVersion | None:
    """Return the Go version of an official image's tag; None for other images and for tags without one."""
    found = re.match(_TAG, image.tag)
    if image.official != "golang" or found is None:
        return None
    from gendock.golang import GoVersion

    return GoVersion.parse(found.group(1))


def _is_older(offered: GoVersion, asked: GoVersion) -> bool:
    """Compare an image's tag with a go line; `1.25` as a tag is the newest patch release of 1.25."""
    if offered.patch is None and not offered.prerelease:
        return (offered.major, offered.minor) < (asked.major, asked.minor)
    return offered < asked


def _builds(stage: Stage, context: BuildContext) -> bool:
    """Tell whether the stage, or one that stands on it, calls go with the toolchain of the image."""
    for other in context.file.stages:
        line = list(other.lineage())
        if stage not in line:
            continue
        pairs = [pair for one in line for env in one.of(Env) for pair in env.pairs]
        if any(
            pair.name.text == "GOTOOLCHAIN" and pair.value and pair.value.text != "local" for pair in pairs
        ):
            continue
        calls = (command for script in context.scripts_of(other) for command in go_commands(script))
        if any(command.needs_module for command in calls):
            return True
    return False


def _shown(context: BuildContext, evidence: Evidence, message: str) -> tuple[Related, ...]:
    """Return a place of the repository with its line's text."""
    lines = (context.read(evidence.path) or "").splitlines()
    if evidence.line > len(lines):
        return ()
    text = lines[evidence.line - 1]
    start = len(text) - len(text.lstrip()) + 1
    return (Related(evidence.path, evidence.line, start, len(text.rstrip()) + 1, text, message),)
