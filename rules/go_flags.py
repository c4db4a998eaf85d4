"""Flags of `go build` in an image that is shipped: for debugging, and against it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.dockerfile import Cmd, Entrypoint
from gendock.lint import Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.gobuild import GoBuild, GoCall
from gendock.lint.mistake import Applicability
from gendock.lint.profiles import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gendock.dockerfile import Stage

_NOT_OPTIMISED = re.compile(r"(?:^|[\s=])-[Nl](?:\s|$)")
_FOR_DEBUGGING = re.compile(r"(?i)debug|dev|test|dlv|delve|race")
_DELVE = re.compile(r"(?:^|[\s/])dlv(?:\s|$)")
_STRIPS = re.compile(r"(?:^|[\s\"'=])-(?:s|w)\b")


@rule("GO218", "debug-build", severity=Severity.WARNING, mentions=("-gcflags", "-race"))
def debug_build(build: GoBuild) -> Mistakes:
    """A program that is shipped is built for debugging.

    `-gcflags "all=-N -l"` switches the optimiser off. `-race` makes a program two to twenty times slower, and
    five to ten times as large in memory. Both belong in a stage of its own, such as `FROM build AS debug`;
    stages with such names are left alone.

    Bad:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN go build -gcflags "all=-N -l" -o /app .

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
    for call in _shipped(build):
        for name, what in (("gcflags", "is not optimised"), ("race", "carries the race detector")):
            flag = call.flags.get(name)
            if flag is None or flag.word is None or flag.value == "false":
                continue
            if name == "gcflags" and not _NOT_OPTIMISED.search(flag.value.strip("\"'")):
                continue
            yield Mistake(
                call.script.span(flag.word),
                f"the program that is shipped {what}",
                f"leave -{name} out, or build for debugging in a stage of its own",
            )


@rule(
    "GO219",
    "not-a-release-build",
    severity=Severity.INFO,
    level=Level.STRICT,
    mentions=("go build", "go install"),
)
def not_a_release_build(build: GoBuild) -> Mistakes:
    """A program that is shipped holds paths of the build, or tables for debuggers.

    `-trimpath` takes the builder's folders out of stack traces, and makes builds repeatable.
    `-ldflags "-s -w"` leaves out what debuggers read, about a quarter of the file. Stack traces stay as they
    are.

    Bad:
        FROM golang:1.26 AS build
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
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN go build -trimpath -ldflags="-s -w" -o /app .

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
    for call in _shipped(build):
        missing: list[str] = []
        if call.flag("trimpath") is None:
            missing.append("-trimpath")
        if not _STRIPS.search(call.flag("ldflags") or "") and "$" not in (call.flag("ldflags") or ""):
            missing.append('-ldflags="-s -w"')
        if not missing or any(flag.word is None for flag in call.flags.values()):
            continue
        fix = None
        if "ldflags" not in call.flags:
            verb = call.command.words[len(call.command.words) - len(call.words) - 1]
            edit = call.script.insert_behind(verb, *missing)
            fix = Fix(f"add {' '.join(missing)}", (edit,), Applicability.UNSAFE)
        yield Mistake(
            call.span,
            "the program is shipped with " + " and ".join(_HOLDS[one] for one in missing),
            f"`go {call.verb} {' '.join(missing)}`",
            fix,
        )


def _starts_debugger(stage: Stage) -> bool:
    """Tell whether an image starts its program in Delve, which needs one that is not optimised."""
    starts = (stage.last(Entrypoint), stage.last(Cmd))
    words = (word.text for one in starts if one is not None for word in one.command.words)
    return any(_DELVE.search(word) for word in words)


_HOLDS = {"-trimpath": "the builder's paths", '-ldflags="-s -w"': "tables for debuggers"}


def _shipped(build: GoBuild) -> Iterator[GoCall]:
    """Yield the builds of programs that are in an image which is shipped, and not for debugging."""
    told: set[int] = set()
    for stage in build.shipped:
        for _, call in build.binaries(stage):
            names = f"{stage.name or ''} {call.stage.name or ''}"
            if id(call) not in told and not (_FOR_DEBUGGING.search(names) or _starts_debugger(stage)):
                told.add(id(call))
                yield call
