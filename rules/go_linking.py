"""Programs that ask for a C library when they start, in images that have none, or another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.gobuild import GoBuild
from gendock.lint.gobuild.linking import (
    Libc,
    debian_release,
    is_position_independent,
    linking_import,
    needed_libc,
    offered_libc,
)
from gendock.lint.gobuild.started import Started, started
from gendock.lint.mistake import Fix, replace

if TYPE_CHECKING:
    from gendock.lint.mistake import Related


@rule("GO301", "libc-not-in-image", severity=Severity.ERROR)
def libc_not_in_image(build: GoBuild) -> Mistakes:
    """The program needs a C library that the final image does not have.

    With cgo on, which it is by itself where there is a C compiler, packages net and os/user link the C
    library of the build stage, and so does whatever imports "C". Such a program does not start on scratch and
    on distroless/static, nor on Alpine if it was built on Debian: "no such file or directory" then means its
    loader. `-buildmode=pie` asks for the loader, too.

    Bad:
        FROM golang:1.26-bookworm AS build
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

        import "net"

        func main() { println(net.IPv4len) }

    Good:
        FROM golang:1.26-bookworm AS build
        WORKDIR /src
        COPY . .
        RUN CGO_ENABLED=0 go build -o /app .

        FROM scratch
        COPY --from=build /app /app
        USER 65532:65532
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        import "net"

        func main() { println(net.IPv4len) }
    """
    for one in started(build):
        needed = needed_libc(build, one.call, one.program)
        offered, known = offered_libc(one.stage)
        if needed is None or not known or offered is needed or not one.call.is_certain:
            continue
        if needed is Libc.MUSL and offered is None and is_position_independent(one.call):
            continue
        if _brings_loader(one):
            continue
        what = f"{one.stage.root.base} has {offered.value if offered else 'no C library'}"
        yield Mistake(
            one.call.span,
            f"the program needs {needed.value} to start, and {what}",
            _advice(one, needed),
            _without_cgo(one),
            related=_linked_by(build, one),
        )


@rule("GO302", "older-glibc-in-image", severity=Severity.WARNING)
def older_glibc_in_image(build: GoBuild) -> Mistakes:
    """The final image has an older glibc than the one that the program was linked with.

    A program asks for the versions of the functions that it was linked with. On an older release it may stop
    at once: "version `GLIBC_2.38' not found". Build and run on the same release.

    Bad:
        FROM golang:1.26-trixie AS build
        WORKDIR /src
        COPY . .
        RUN go build -o /app .

        FROM gcr.io/distroless/base-debian12:nonroot
        COPY --from=build /app /app
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        import "net"

        func main() { println(net.IPv4len) }
    """
    for one in started(build):
        if needed_libc(build, one.call, one.program) is not Libc.GLIBC:
            continue
        built, run = debian_release(one.call.stage), debian_release(one.stage)
        if built is not None and run is not None and built > run:
            yield Mistake(
                one.stage.root.start.image.span,
                f"this is Debian {run}, and the program is linked with the glibc of Debian {built}",
                f"take both from one release: Debian {built} here, or Debian {run} for the build",
                related=_linked_by(build, one),
            )


def _brings_loader(one: Started) -> bool:
    """Tell whether somebody copied a loader along."""
    return any("/ld-" in path or "/libc." in path for path in one.tree.entries)


def _linked_by(build: GoBuild, one: Started) -> tuple[Related, ...]:
    """Return the place that has a program linked with C."""
    if one.program.cgo is not None:
        return build.related(one.program.cgo.evidence, "needs cgo")
    found = linking_import(one.call, one.program)
    return () if found is None else build.related(found, "links C where cgo is on")


def _advice(one: Started, needed: Libc) -> str:
    if is_position_independent(one.call) and one.call.variable("CGO_ENABLED") == "0":
        return "leave -buildmode=pie out: a program that is position-independent needs a loader to start"
    if one.program.cgo is None:
        return "build with CGO_ENABLED=0: the program does without C"
    if needed is Libc.MUSL:
        return "run it on alpine, or link it statically"
    release = debian_release(one.call.stage)
    return f"run it on gcr.io/distroless/base-debian{release or 12}, or on debian"


def _without_cgo(one: Started) -> Fix | None:
    call = one.call
    if one.program.cgo is not None or "CGO_ENABLED" in call.environment or is_position_independent(call):
        return None
    from gendock.dockerfile import Span

    start = call.command.words[0].start
    return replace(Span(start, start), "CGO_ENABLED=0 ", "build with CGO_ENABLED=0")
