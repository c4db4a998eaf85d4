"""Files of the repository that a build reads, and that no COPY brought."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gendock.dockerfile import Copy
from gendock.lint import Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.gobuild import GoBuild, GoCall
from gendock.lint.mistake import Edit, count

if TYPE_CHECKING:
    from gendock.lint.gobuild.inputs import Input


@rule("GO204", "packages-left-behind", severity=Severity.ERROR, mentions=("go build", "go install"))
def packages_left_behind(build: GoBuild) -> Mistakes:
    """Files that the program is built from were not copied.

    `COPY *.go ./` takes the files of one folder, and `COPY cmd/ cmd/` one folder: packages that they import
    stay behind, and go looks for them in vain. The finding names the first of them, and who asks for it.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY go.mod *.go ./
        RUN go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        import _ "example.com/app/internal/store"

        func main() {}
        -- internal/store/store.go --
        package store

    Good:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        import _ "example.com/app/internal/store"

        func main() {}
        -- internal/store/store.go --
        package store
    """
    told: set[int] = set()
    for call in build.calls:
        if not (call.builds and call.is_certain) or call.stage.index in told:
            continue
        lost = list(_left_behind(build, call))
        if not lost:
            continue
        told.add(call.stage.index)
        first = lost[0]
        inside = build.files.from_repository(first.path) or first.path
        more = f", nor {count(len(lost) - 1, 'other file')}" if len(lost) > 1 else ""
        yield Mistake(
            call.span,
            f"`go {call.verb}` stops here: {inside} was not copied{more}",
            "copy all of the source: `COPY . .`, with a .dockerignore for what no build needs",
            _copy_all(call),
            related=build.related(first.evidence, first.because),
            severity=None if any(_stops(call, one) for one in lost) else Severity.WARNING,
        )


def _left_behind(build: GoBuild, call: GoCall) -> Iterator[Input]:
    """Yield what a build reads, what the build context has, and what is surely not in the stage."""
    from gendock.lint.gobuild.inputs import inputs_of

    for one in inputs_of(call):
        place = call.place_of(one.path)
        if one.is_module_file or place is None or "/vendor/" in f"/{one.path}":
            continue
        # What is missing of other modules is GO109's.
        own = call.repository.module_of(one.path.rpartition("/")[0] or ".") is call.module
        if own and build.files.sees(one.path) and not call.tree.may_have(place):
            yield one


def _stops(call: GoCall, one: Input) -> bool:
    """Tell whether the build cannot do without a file."""
    places = (call.place_of(path) for path in one.needs_one_of or (one.path,))
    return not any(place is not None and call.tree.may_have(place) for place in places)


def _copy_all(call: GoCall) -> Fix | None:
    """Return the fix that copies the whole folder in place of the Go files of its top."""
    for instruction in call.stage.instructions:
        if not isinstance(instruction, Copy) or instruction.flags or instruction.span.start > call.span.start:
            continue
        texts = [word.text for word in instruction.sources]
        plain = all(text in ("*.go", "./*.go", "go.mod", "go.sum", "main.go", "go.*") for text in texts)
        if (
            plain
            and any(text.endswith(".go") for text in texts)
            and instruction.destination.text in (".", "./")
        ):
            first, last = instruction.sources[0].span, instruction.destination.span
            return Fix("copy all of the source", (Edit(first.cover(last), ". ."),))
    return None
