"""cgo: programs that link C, with a compiler or without."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.gobuild import GoBuild, GoCall
from gendock.lint.gobuild.linking import offered_libc
from gendock.lint.gobuild.programs_at_hand import C_COMPILERS, may_have_program
from gendock.lint.gobuild.settings import assigned_in, place_of_value, set_in

if TYPE_CHECKING:
    from gendock.golang import Cgo

# What of the standard library links C where cgo is on.
_LINKS_C = ("net", "os/user", "plugin", "runtime/cgo")
_OWN = 'import "C"'


@rule("GO208", "cgo-off-and-needed", severity=Severity.ERROR, mentions=("CGO_ENABLED", "alpine"))
def cgo_off_and_needed(build: GoBuild) -> Mistakes:
    """The program needs cgo, and the build has it switched off.

    With CGO_ENABLED=0, files that import "C" are left out: the build stops, or, worse, a stub is built that
    complains when it is used, as go-sqlite3 does when the database is opened. The same holds in images
    without a C compiler, where cgo is off by itself.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN CGO_ENABLED=0 go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        // int one() { return 1; }
        import "C"

        func main() { println(C.one()) }

    Good:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN CGO_ENABLED=1 go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        // int one() { return 1; }
        import "C"

        func main() { println(C.one()) }
    """
    told: set[int] = set()
    for call, cgo in _needing(build):
        setting = call.variable("CGO_ENABLED")
        lacks_compiler = setting is None and _lacks_compiler(build, call)
        place = place_of_value(call, "CGO_ENABLED")
        if place.start in told or call.is_unknown("CGO_ENABLED") or not (setting == "0" or lacks_compiler):
            continue
        told.add(place.start)
        fails = "the build stops"
        if cgo.because != _OWN:
            fails += ", or the program fails when it is used"
        yield Mistake(
            place,
            f"the program needs cgo ({cgo.because}), and this image has no C compiler: {fails}"
            if lacks_compiler
            else f"the program needs cgo ({cgo.because}), and it is off: {fails}",
            _advice(cgo, lacks_compiler=lacks_compiler),
            _switched_on(build, call),
            related=build.related(cgo.evidence, "needs cgo"),
            severity=None if cgo.because == _OWN else Severity.WARNING,
        )


@rule("GO209", "cgo-without-compiler", severity=Severity.ERROR, mentions=("CGO_ENABLED",))
def cgo_without_compiler(build: GoBuild) -> Mistakes:
    """CGO_ENABLED=1 in an image without a C compiler.

    The go command then stops with "C compiler "gcc" not found" at the first package that links C, and package
    net is one. Install a compiler (on Alpine gcc and musl-dev), or switch cgo off if the program allows it.

    Bad:
        FROM golang:1.26-alpine
        ENV CGO_ENABLED=1
        WORKDIR /src
        COPY . .
        RUN go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        import _ "net/http"

        func main() {}

    Good:
        FROM golang:1.26-alpine
        ENV CGO_ENABLED=0
        WORKDIR /src
        COPY . .
        RUN go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        import _ "net/http"

        func main() {}
    """
    needing = {id(call) for call, _ in _needing(build)}
    told: set[int] = set()
    for call in build.calls:
        place = place_of_value(call, "CGO_ENABLED")
        if (
            call.variable("CGO_ENABLED") != "1"
            or not call.builds
            or not call.is_certain
            or place.start in told
        ):
            continue
        if not (id(call) in needing or _links_c(call)) or not _lacks_compiler(build, call):
            continue
        told.add(place.start)
        is_alpine = "alpine" in (call.stage.root.base or "")
        packages = "`apk add --no-cache gcc musl-dev`" if is_alpine else "gcc and libc6-dev"
        yield Mistake(
            place,
            "cgo is on, and this stage has no C compiler: the build stops",
            f"install {packages} before this line"
            if id(call) in needing
            else f"CGO_ENABLED=0: the program does without C; or install {packages}",
            None if id(call) in needing else _switched(call, "0"),
        )


@rule("GO210", "race-without-cgo", severity=Severity.ERROR, mentions=("-race",))
def race_without_cgo(build: GoBuild) -> Mistakes:
    """`-race` with cgo switched off.

    The race detector is C code: the go command stops with "-race requires cgo".

    Bad:
        FROM golang:1.26
        ENV CGO_ENABLED=0
        WORKDIR /src
        COPY . .
        RUN go test -race ./...

        -- go.mod --
        module example.com/app

        go 1.26
    """
    for call in build.calls:
        flag = call.flags.get("race")
        if flag is None or flag.word is None or flag.value == "false" or not call.is_certain:
            continue
        if call.verb in ("build", "install", "test", "run") and call.variable("CGO_ENABLED") == "0":
            yield Mistake(
                call.script.span(flag.word),
                f"-race needs cgo, and CGO_ENABLED is 0: `go {call.verb}` stops here",
                f"`CGO_ENABLED=1 go {call.verb} -race`",
            )


def _needing(build: GoBuild) -> Iterator[tuple[GoCall, Cgo]]:
    """Yield the builds of programs that are nothing without cgo."""
    for call in build.calls:
        if not (call.builds and call.is_certain):
            continue
        for package in call.built:
            program = call.repository.program(package.folder)
            if program is not None and program.cgo is not None:
                yield call, program.cgo
                break


def _lacks_compiler(build: GoBuild, call: GoCall) -> bool:
    return "CC" not in call.environment and not may_have_program(
        build.context, call.stage, C_COMPILERS, call.run
    )


def _links_c(call: GoCall) -> bool:
    """Tell whether what is built imports a package of the standard library that links C."""
    packages = call.repository.packages
    for built in call.built:
        for package in packages.reached(built):
            for _, one in package.imports:
                if one.path in _LINKS_C or posixpath.dirname(one.path) == "net":
                    return True
    return False


def _advice(cgo: Cgo, *, lacks_compiler: bool) -> str:
    packages = f", with {' '.join(cgo.build_packages)} installed" if cgo.build_packages else ""
    if lacks_compiler:
        return f"build with golang on Debian, which has a C compiler{packages}; or install gcc and musl-dev"
    return f"CGO_ENABLED=1{packages}, and a final stage that has libc (distroless/base, debian)"


def _switched_on(build: GoBuild, call: GoCall) -> Fix | None:
    """Return the fix that switches cgo on; None where the compiler lacks, or the C library where it runs."""
    built_with, _ = offered_libc(call.stage)
    for stage in build.shipped:
        offered, is_known = offered_libc(stage)
        is_there = any(one is call for _, one in build.binaries(stage))
        if is_there and is_known and offered is not built_with:
            return None
    return None if _lacks_compiler(build, call) else _switched(call, "1")


def _switched(call: GoCall, value: str) -> Fix | None:
    """Return the fix that writes another value of CGO_ENABLED where it is written now."""
    word = assigned_in(call, "CGO_ENABLED")
    if word is not None:
        edit = call.script.replace(word, f"CGO_ENABLED={value}")
    else:
        written = set_in(call, "CGO_ENABLED")
        if written is None:
            return None
        edit = Edit(written.span, value)
    return Fix(f"CGO_ENABLED={value}", (edit,))
