"""What go.mod asks for, and what the Dockerfile gives it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gendock.dockerfile import Copy, Run, Span
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.gobuild import GoBuild, GoCall, Source, Step
from gendock.lint.gobuild.bases import go_version
from gendock.lint.gobuild.go_images import place_of, tag_of, with_release
from gendock.lint.images import parse_image

if TYPE_CHECKING:
    from gendock.dockerfile import Stage
    from gendock.golang import Directive, GoVersion, Module

_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
_CALLS_GO = re.compile(
    r"^\t[^#\n]*(?:\bgo|\$[({]GO[)}]) +(?:build|install|mod|generate|vet|test)\b", re.MULTILINE
)


@rule("GO101", "image-go-too-old", severity=Severity.ERROR)
def image_go_too_old(build: GoBuild) -> Mistakes:
    """The golang image is older than the Go version that go.mod asks for.

    The official image sets GOTOOLCHAIN=local, so the go command does not fetch a newer toolchain: it stops at
    once with "go.mod requires go >= ...". go.work counts, too. The `toolchain` line does not stop it: that is
    passed over, and the program is built with the older Go.

    Go before 1.21 knows no toolchains. It stops at a go.mod that it cannot read, which `go 1.26.0` and a
    `toolchain` line make of it, and in `go mod tidy`; with `go 1.26` alone, it tries: that is a warning. It
    is one as well where `make` calls go: which of its targets do is not looked at.

    Bad:
        FROM golang:1.22 AS build
        WORKDIR /src
        COPY . .
        RUN go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26.0

    Good:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26.0
    """
    told: set[int] = set()
    for call in build.calls:
        root = call.stage.root
        image = parse_image(root.base or "")
        offered = go_version(image)
        if offered is None or root.index in told:
            continue
        older = [one for one in _asked(build, call) if _is_older(offered, one.version)]
        if older:
            told.add(root.index)
            stopping = next((one for one in older if _stops(build, call, offered, one)), None)
            yield _too_old(build, root, offered, stopping or older[0], stops=stopping is not None)
            continue
        wanted = _wanted(call)
        if wanted is not None and _is_older(offered, wanted.version):
            told.add(root.index)
            yield Mistake(
                place_of(build, root),
                f"{image.name}:{image.tag} is older than the toolchain line asks for: {wanted.version}",
                f"use {image.name}:{tag_of(image, wanted.version.language)}; the image has "
                "GOTOOLCHAIN=local, so the toolchain line is passed over",
                related=build.related(wanted.evidence, "asked for here"),
                severity=Severity.WARNING,
            )
    for root, offered, asked in _made(build):
        if root.index not in told:
            told.add(root.index)
            yield _too_old(build, root, offered, asked, stops=False)


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
            yield Mistake(
                source.span,
                "there is no go.sum: the build fails at this line",
                advice,
                fix,
                related=build.related(module.evidence, "this module has no go.sum"),
            )


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


def _too_old(build: GoBuild, root: Stage, offered: GoVersion, asked: Directive, *, stops: bool) -> Mistake:
    """Return the mistake of an image whose Go is older than a `go` line."""
    image = parse_image(root.base or "")
    file = asked.evidence.path.rpartition("/")[2]
    what = "cannot build this module" if stops else "may be too old for this module"
    why = "the image has GOTOOLCHAIN=local, so `go` stops at once"
    if not _knows_toolchains(offered):
        tries = "Go before 1.21 tries, and stops at the first thing that it does not know"
        why = f"Go before 1.21 cannot read this {file}" if stops else tries
    return Mistake(
        place_of(build, root),
        f"{image.name}:{image.tag} {what}: {file} asks for Go {asked.version}",
        f"use {image.name}:{tag_of(image, asked.version.language)}; {why}",
        with_release(build, root, asked.version.language, safe=True),
        related=build.related(asked.evidence, "asked for here"),
        # Once it is mended, it is seen whether that release gets fixes.
        covers=(("GO103", place_of(build, root)),),
        severity=None if stops else Severity.WARNING,
    )


def _made(build: GoBuild) -> Iterator[tuple[Stage, GoVersion, Directive]]:
    """Yield the images whose Go is older than a go.mod beside which `make` is called, if that calls go."""
    for step in build.steps:
        offered = go_version(parse_image(step.stage.root.base or ""))
        if offered is None or step.folder is None or not isinstance(step.instruction, Run):
            continue
        if step.variables.get("GOTOOLCHAIN") != "local" or not _makes(build, step):
            continue
        entry = step.before.get(posixpath.join(step.folder, "go.mod"))
        source = None if entry is None else entry.source
        module = next((one for one in build.repository.modules if one.mod_file == source), None)
        if module is not None and module.go is not None and _is_older(offered, module.go.version):
            yield step.stage.root, offered, module.go


def _makes(build: GoBuild, step: Step) -> bool:
    """Tell whether a step calls make in its folder, with a Makefile that calls go as it is in the image."""
    scripts = (one for one in build.context.scripts_of(step.stage) if one.instruction is step.instruction)
    if not any(True for script in scripts for _ in script.calls_of("make")):
        return False
    entries = (step.before.get(posixpath.join(step.folder or "/", name)) for name in _MAKEFILES)
    source = next((one.source for one in entries if one is not None and one.source is not None), None)
    text = "" if source is None else build.repository.text(source) or ""
    return _CALLS_GO.search(text) is not None and "GOTOOLCHAIN" not in text


def _knows_toolchains(offered: GoVersion) -> bool:
    return (offered.major, offered.minor) >= (1, 21)


def _stops(build: GoBuild, call: GoCall, offered: GoVersion, asked: Directive) -> bool:
    """Tell whether a go command that is older than a `go` line stops there."""
    module = build.module_of(call)
    has_toolchain = module is not None and module.toolchain is not None
    is_plain = asked.version.patch is None and not asked.version.prerelease
    return _knows_toolchains(offered) or has_toolchain or not is_plain or call.verb == "mod tidy"


def _asked(build: GoBuild, call: GoCall) -> Iterator[Directive]:
    """Yield the `go` lines that ask a call for a Go version that it has not."""
    if not call.reads_module or not _is_local(call):
        return
    module = build.module_of(call)
    workspace = build.repository.workspace if call.work_folder is not None else None
    for one in (module, workspace):
        if one is not None and one.go is not None:
            yield one.go


def _wanted(call: GoCall) -> Directive | None:
    """Return the `toolchain` line that a call passes over."""
    if not call.builds or call.module is None or not _is_local(call):
        return None
    return call.module.toolchain


def _is_local(call: GoCall) -> bool:
    """Tell whether go takes the toolchain at hand, whatever go.mod asks for."""
    return not call.is_unknown("GOTOOLCHAIN") and call.variable("GOTOOLCHAIN") in (None, "", "local")


def _is_older(offered: GoVersion, asked: GoVersion) -> bool:
    """Compare an image's tag with a go line; `1.25` as a tag is the newest patch release of 1.25."""
    if offered.patch is None and not offered.prerelease:
        return (offered.major, offered.minor) < (asked.major, asked.minor)
    return offered < asked
