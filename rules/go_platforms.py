"""Programs for other platforms than the builder's: GOOS and GOARCH, and the arguments that say them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import structs

from gendock.dockerfile import Arg, Span
from gendock.lint import Applicability, Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.edits import in_case_of, insert_line
from gendock.lint.gobuild import GoBuild, GoCall
from gendock.lint.gobuild.settings import assigned_in, place_of_value

if TYPE_CHECKING:
    from gendock.dockerfile import Stage
    from gendock.lint.gobuild import Step

_TARGET = re.compile(r"\$\{?(TARGET(?:OS|ARCH|VARIANT|PLATFORM))\b")
# What most images are built on and for, and what runs there, too.
_OF_BUILDERS = frozenset({"amd64", "386"})
_ARCHITECTURES = re.compile(r"arm|aarch|ppc|s390|riscv|mips|loong|amd64|x86|i386", re.IGNORECASE)
_FOR_SEVERAL = re.compile(r"BUILDPLATFORM|TARGETARCH|TARGETPLATFORM")


@rule("GO211", "fixed-architecture", severity=Severity.WARNING, mentions=("GOARCH",))
def fixed_architecture(build: GoBuild) -> Mistakes:
    """GOARCH is fixed, and nothing fixes the platform of the image.

    In a Dockerfile that builds for several platforms, the image says arm64, and the program in it is for
    amd64: it does not start there. Where only one is built, the image is for the machine that builds it; a
    program for arm64 or s390x starts in it by luck. BuildKit gives a stage the architecture that it builds
    for in TARGETARCH, once `ARG TARGETARCH` asks for it.

    Bad:
        FROM --platform=$BUILDPLATFORM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN GOOS=linux GOARCH=amd64 go build -o /app .

        FROM scratch
        COPY --from=build /app /app
        USER 65532:65532
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        func main() {}

    Good:
        FROM --platform=$BUILDPLATFORM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        ARG TARGETARCH
        RUN GOOS=linux GOARCH=$TARGETARCH go build -o /app .

        FROM scratch
        COPY --from=build /app /app
        USER 65532:65532
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        func main() {}
    """
    calls = [call for call in build.calls if call.builds]
    named = {call.variable("GOARCH") for call in calls}
    for_several = _FOR_SEVERAL.search(build.context.file.source.text) is not None
    if len(named - {None}) != 1:
        return
    for call in calls:
        architecture = call.variable("GOARCH")
        word = assigned_in(call, "GOARCH")
        if architecture is None or not _is_shipped(build, call):
            continue
        if not for_several and not _is_foreign(build, call, architecture):
            continue
        fix = None
        if word is not None and word.text == f"GOARCH={architecture}":
            fix = _with_argument(call, "TARGETARCH", call.script.replace(word, "GOARCH=$TARGETARCH"))
            if not for_several:
                fix = structs.replace(fix, applicability=Applicability.UNSAFE)
        yield Mistake(
            place_of_value(call, "GOARCH"),
            f"GOARCH is always {architecture}, whichever platform the image is for",
            "`ARG TARGETARCH`, and GOARCH=$TARGETARCH"
            + ("" if for_several else f"; or FROM --platform=linux/{architecture} for the final stage"),
            fix,
        )


@rule("GO212", "built-for-the-builder", severity=Severity.WARNING, mentions=("BUILDPLATFORM",))
def built_for_the_builder(build: GoBuild) -> Mistakes:
    """A stage on the builder's platform builds the program, and nothing says for which one.

    `FROM --platform=$BUILDPLATFORM` runs the compiler without emulation, which is fast. But GOARCH has to
    name the platform of the image, or each image holds a program for the builder's.

    Bad:
        FROM --platform=$BUILDPLATFORM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN go build -o /app .

        FROM scratch
        COPY --from=build /app /app
        USER 65532:65532
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        func main() {}

    Good:
        FROM --platform=$BUILDPLATFORM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        ARG TARGETOS TARGETARCH
        RUN GOOS=$TARGETOS GOARCH=$TARGETARCH go build -o /app .

        FROM scratch
        COPY --from=build /app /app
        USER 65532:65532
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        func main() {}
    """
    for call in build.calls:
        if not (call.builds and call.is_certain and _is_on_builder(call.stage)):
            continue
        if "GOARCH" in call.environment or _is_wrapped(build, call) or not _is_shipped(build, call):
            continue
        start = call.command.words[0].start
        edit = Edit(Span(start, start), "GOOS=$TARGETOS GOARCH=$TARGETARCH ")
        yield Mistake(
            call.span,
            "the program is built for the builder's platform, whichever one the image is for",
            "`ARG TARGETOS TARGETARCH`, and GOOS=$TARGETOS GOARCH=$TARGETARCH in front of go",
            _with_argument(call, "TARGETOS TARGETARCH", edit),
        )


@rule("GO213", "undeclared-target", severity=Severity.WARNING, mentions=("TARGET",))
def undeclared_target(build: GoBuild) -> Mistakes:
    """GOARCH=$TARGETARCH in a stage that has no `ARG TARGETARCH`.

    BuildKit sets these arguments for stages that ask for them by ARG; one above all FROMs does not count.
    In others the variable is empty, and go builds for the platform that it runs on.

    Bad:
        FROM --platform=$BUILDPLATFORM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN GOARCH=$TARGETARCH go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26

    Good:
        FROM --platform=$BUILDPLATFORM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        ARG TARGETARCH
        RUN GOARCH=$TARGETARCH go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26
    """
    for step in build.steps:
        for call in step.calls:
            missing = [name for name in _asked(call) if name not in _declared(step)]
            if not missing:
                continue
            word = assigned_in(call, "GOARCH") or assigned_in(call, "GOOS")
            line = f"{in_case_of(call.run, 'ARG')} {' '.join(missing)}"
            edit = insert_line(call.script.source, call.run, line)
            yield Mistake(
                call.span if word is None else call.script.span(word),
                f"{' and '.join(missing)} is empty here: this stage has no ARG for it"
                if len(missing) == 1
                else f"{' and '.join(missing)} are empty here: this stage has no ARG for them",
                f"`{line}` above this line",
                Fix(f"add `{line}`", (edit,)),
            )


def _asked(call: GoCall) -> list[str]:
    """Return the arguments for the target platform that a call's GOOS and GOARCH name."""
    words = (assigned_in(call, name) for name in ("GOOS", "GOARCH", "GOARM"))
    found = (name for word in words if word is not None for name in _TARGET.findall(word.text))
    return list(dict.fromkeys(found))


def _declared(step: Step) -> frozenset[str]:
    """Return the names of all ARGs in front of a step."""
    found: set[str] = set()
    for stage in step.stage.lineage():
        for instruction in stage.instructions:
            if isinstance(instruction, Arg) and instruction.span.start < step.instruction.span.start:
                found.update(pair.name.text for pair in instruction.pairs)
    return frozenset(found) | frozenset(step.variables)


def _is_on_builder(stage: Stage) -> bool:
    flag = stage.root.start.flag("platform")
    return flag is not None and flag.value is not None and "BUILDPLATFORM" in flag.value.text


def _is_wrapped(build: GoBuild, call: GoCall) -> bool:
    """Tell whether xx (github.com/tonistiigi/xx) has go build for the target."""
    return any(
        "xx-go" in script.text for stage in call.stage.lineage() for script in build.context.scripts_of(stage)
    )


def _is_foreign(build: GoBuild, call: GoCall, architecture: str) -> bool:
    """Tell whether an image is for the machine that builds it, and its program for one that few build on."""
    if architecture in _OF_BUILDERS or _ARCHITECTURES.search(build.context.name):
        return False
    stages = [stage for stage in build.shipped if any(one is call for _, one in build.binaries(stage))]
    bases = [stage.root.start for stage in stages]
    return bool(bases) and not any(
        base.flag("platform") or "@" in base.image.text or _ARCHITECTURES.search(base.image.text)
        for base in bases
    )


def _is_shipped(build: GoBuild, call: GoCall) -> bool:
    """Tell whether a program is in an image of the target's platform."""
    shipped = (stage for stage in build.shipped if not _is_on_builder(stage))
    return any(one is call for stage in shipped for _, one in build.binaries(stage))


def _with_argument(call: GoCall, names: str, edit: Edit) -> Fix:
    """Return the fix that makes an edit, and declares the arguments that it names where that is to do."""
    declared = {
        pair.name.text
        for stage in call.stage.lineage()
        for one in stage.instructions
        if isinstance(one, Arg) and one.span.start < call.span.start
        for pair in one.pairs
    }
    missing = [name for name in names.split() if name not in declared]
    edits: tuple[Edit, ...] = (edit,)
    if missing:
        line = f"{in_case_of(call.run, 'ARG')} {' '.join(missing)}"
        edits = (insert_line(call.script.source, call.run, line), edit)
    return Fix("build for the platform of the image", edits)
