"""What other files of the repository say, and the Dockerfile and the code do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.gobuild import GoBuild, GoCall
from gendock.lint.gobuild.bases import go_version
from gendock.lint.images import parse_image

if TYPE_CHECKING:
    from gendock.dockerfile import Stage
    from gendock.golang import GoVersion
    from gendock.golang.elsewhere import VersionElsewhere

_MOST_SHOWN = 3


@rule("GO501", "go-version-drift", severity=Severity.INFO, mentions=("golang",))
def go_version_drift(build: GoBuild) -> Mistakes:
    """CI, compose or a devcontainer use another Go than the image that ships the program.

    What is tested with one release and built with another is not tested: the standard library, the compiler
    and the defaults of `GODEBUG` differ. A version older than the one in go.mod is a warning: there
    the go command stops, or fetches another toolchain each time.

    `go-version-file: go.mod` in a workflow, and one ARG in the Dockerfile, leave one place to change.

    Bad:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN go build -trimpath -o /app .

        -- go.mod --
        module example.com/app

        go 1.25

        -- .github/workflows/test.yml --
        jobs:
          test:
            steps:
              - uses: actions/setup-go@v6
                with:
                  go-version: "1.25"
    """
    told: set[int] = set()
    for call in build.calls:
        if not call.builds or call.module is None:
            continue
        *_, root = call.stage.lineage()
        offered = go_version(parse_image(root.base or ""))
        if offered is None or root.index in told:
            continue
        told.add(root.index)
        found = list(_drifting(build, call, offered))
        if found:
            yield _drift(build, call, root, offered, found)


def _drifting(build: GoBuild, call: GoCall, offered: GoVersion) -> Iterator[VersionElsewhere]:
    """Yield the files whose Go is another than the image's; those older than go.mod's come first."""
    from gendock.golang.elsewhere import versions_elsewhere

    repository = build.repository
    found = [
        one
        for one in versions_elsewhere(repository.folder, repository.listing.files)
        if offered.language not in {version.language for version in one.versions}
    ]
    yield from sorted(found, key=lambda one: (not _is_too_old(call, one), one.evidence))


def _is_too_old(call: GoCall, one: VersionElsewhere) -> bool:
    """Tell whether a file asks for a Go that the module cannot be built with."""
    asked = call.module.go if call.module is not None else None
    return asked is not None and _minor(one.versions[-1]) < _minor(asked.version)


def _minor(version: GoVersion) -> tuple[int, int]:
    return version.major, version.minor


def _drift(
    build: GoBuild, call: GoCall, root: Stage, offered: GoVersion, found: list[VersionElsewhere]
) -> Mistake:
    first = found[0]
    too_old = _is_too_old(call, first)
    newest = first.versions[-1]
    what = f"{first.evidence.path} has Go {newest}"
    if too_old and call.module is not None and call.module.go is not None:
        what += f", older than {call.module.go.version} in go.mod"
    more = f", and {len(found) - 1} more files differ" if len(found) > 1 else ""
    related = [
        place
        for one in found[:_MOST_SHOWN]
        for place in build.related(one.evidence, f"{one.where}: another Go than the image's", str(newest))
    ]
    return Mistake(
        root.start.image.span,
        f"this image builds with Go {offered}: {what}{more}",
        "let one place decide: go.mod, read by `go-version-file: go.mod`, and the same minor version here",
        related=tuple(related),
        severity=Severity.WARNING if too_old else None,
    )
