"""What other files of the repository say, and the Dockerfile and the code do not."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gendock.dockerfile import Cmd, Entrypoint, Expose
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.gobuild import GoBuild, GoCall
from gendock.lint.gobuild.bases import go_version
from gendock.lint.gobuild.started import started
from gendock.lint.images import parse_image
from gendock.lint.mistake import count

if TYPE_CHECKING:
    from gendock.dockerfile import Stage
    from gendock.golang import Evidence, GoVersion
    from gendock.golang.elsewhere import VersionElsewhere
    from gendock.golang.published import Published

_MOST_SHOWN = 3


@rule("GO501", "go-version-drift", severity=Severity.INFO, mentions=("golang",))
def go_version_drift(build: GoBuild) -> Mistakes:
    """CI, compose, a devcontainer or another Dockerfile use another Go than the image that is shipped.

    What is tested with one release and built with another is not tested: the standard library, the compiler
    and the defaults of `GODEBUG` differ. A version older than the one in go.mod is a warning: there
    the go command stops, or fetches another toolchain each time.

    An image that has the Go of go.mod, or the oldest that still gets security fixes in place of an older one,
    is as it should be. By default it is not blamed for a file that differs; in the profile `strict` it is.

    `go-version-file: go.mod` in a workflow, and one ARG in the Dockerfile, leave one place to change.

    Bad:
        FROM golang:1.27 AS build
        WORKDIR /src
        COPY . .
        RUN go build -trimpath -o /app .

        -- go.mod --
        module example.com/app

        go 1.26

        -- .github/workflows/test.yml --
        jobs:
          test:
            steps:
              - uses: actions/setup-go@v6
                with:
                  go-version: "1.26"
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
    is_blamed = build.context.is_doubted or not _is_decided(build, call, offered)
    found = [
        one
        for one in versions_elsewhere(repository.folder, repository.listing.files)
        if one.evidence.path != _own_path(build)
        and offered.language not in {version.language for version in one.versions}
        and (is_blamed or _is_too_old(call, one))
    ]
    yield from sorted(found, key=lambda one: (not _is_too_old(call, one), one.evidence))


def _own_path(build: GoBuild) -> str:
    """Return the Dockerfile's path in the repository, where its text may be that of before a fix."""
    return posixpath.normpath(posixpath.join(build.repository.below, build.context.name))


def _is_decided(build: GoBuild, call: GoCall, offered: GoVersion) -> bool:
    """Tell whether an image has the Go of go.mod, or the oldest that is mended in place of an older one."""
    from gendock.golang.releases import OLDEST_SUPPORTED

    module = call.module
    workspace = build.repository.workspace if call.work_folder is not None else None
    lines = [] if module is None else [module.go]
    start = workspace or module
    lines += [start.go, start.toolchain] if start is not None else []
    asked = max((_minor(line.version) for line in lines if line is not None), default=OLDEST_SUPPORTED)
    return _minor(offered) in (asked, max(asked, OLDEST_SUPPORTED))


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
    others = len(found) - 1
    more = f", and {count(others, 'other file')} {'differs' if others == 1 else 'differ'}" if others else ""
    related = [
        place
        for one in found[:_MOST_SHOWN]
        for place in build.related(one.evidence, f"{one.where}: another Go than the image's", str(newest))
    ]
    return Mistake(
        root.start.image.span,
        f"this image builds with Go {offered}: {what}{more}",
        "let go.mod decide: `go-version-file: go.mod` there, and the same minor version here"
        if first.where == "CI"
        else f"take the same minor version in both: Go {offered.language}",
        related=tuple(related),
        severity=Severity.WARNING if too_old else None,
    )


@rule("GO502", "port-drift", severity=Severity.WARNING)
def port_drift(build: GoBuild) -> Mistakes:
    """Compose, Kubernetes or Nomad count on a port that the program does not listen on.

    The port is published, or probed, and nobody answers there. What the program listens on comes from the
    code, and from the variables that the Dockerfile and that file set. Where the code does not tell, the port
    is held against EXPOSE, and the finding is only a note. A file that has one port right is believed about
    its others.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go build -trimpath -o /app .
        EXPOSE 8080
        ENTRYPOINT ["/app"]

        -- compose.yaml --
        services:
          app:
            build: .
            ports:
              - 127.0.0.1:8080:3000

        -- go.mod --
        module example.com/app

        go 1.26

        -- main.go --
        package main

        import "net/http"

        func main() { http.ListenAndServe(":8080", nil) }
    """
    from gendock.golang.published import published_ports

    if not any(True for stage in build.shipped for _ in build.binaries(stage)):
        return
    repository = build.repository
    # What a script or a supervisor starts besides may listen on what EXPOSE names.
    itself = {one.stage for one in started(build)}
    wrong: dict[tuple[str, str, str], list[Mistake]] = {}
    right: set[tuple[str, str, str]] = set()
    for one in published_ports(repository.folder, repository.listing.files):
        stage = _stage_of(build, one)
        if stage is None:
            continue
        known = _listened(build, stage, one) or dict.fromkeys(_exposed(stage) or ())
        service = (one.evidence.path, one.image, one.target)
        said = (*one.variables.values(), _started_words(stage))
        beside = stage not in itself and one.number in (_exposed(stage) or ())
        if beside or one.number in known or any(str(one.number) in text for text in said):
            right.add(service)
        elif known:
            wrong.setdefault(service, []).append(_other_port(build, stage, one, known))
    for service, mistakes in wrong.items():
        if service not in right:
            yield from mistakes


def _stage_of(build: GoBuild, one: Published) -> Stage | None:
    """Return the stage whose image a file means; None where that is none of this Dockerfile's."""
    stages = list(build.shipped)
    if one.built_from is not None:
        folder, dockerfile = one.built_from
        if (folder, dockerfile) != (build.files.folder, _own_path(build)):
            return None
        wanted = one.target.lower()
        return next((stage for stage in build.stages if stage.name == wanted), None) if wanted else stages[0]
    name = parse_image(one.image).name.rpartition("/")[2]
    final = next((stage for stage in stages if stage.is_final), None)
    if final is None or len(stages) > 1:
        return None
    return final if name in _programs(build, final) else None


def _programs(build: GoBuild, stage: Stage) -> frozenset[str]:
    """Return the names of an image's programs, and of the modules that they are built in."""
    from gendock.lint.gobuild.go_calls import binary_names

    names: set[str] = set()
    for path, call in build.binaries(stage):
        names |= {posixpath.basename(path), *(name for _, name in binary_names(call))}
        if call.module is not None:
            names.add(posixpath.basename(call.module.path))
    return frozenset(names)


def _listened(build: GoBuild, stage: Stage, one: Published) -> dict[int, Evidence | None] | None:
    """Return the ports that the programs of a stage listen on, with their places; None where nobody knows."""
    end = build.end_of(stage)
    variables = {**(end.variables if end is not None else {}), **one.variables}
    found: dict[int, Evidence | None] = {}
    for _, call in build.binaries(stage):
        for package in call.built:
            program = build.repository.program(package.folder)
            if program is None or program.port_variable is not None:
                return None
            for port in program.ports:
                if port.variable is None:
                    found[port.number] = port.evidence
                    continue
                said = variables.get(port.variable, "" if one.is_open else str(port.number))
                number = re.fullmatch(r"(?:[\w.]*:)?(\d+)", said or "")
                if number is None:
                    return None
                found[int(number[1])] = port.evidence
    return found or None


def _exposed(stage: Stage) -> frozenset[int] | None:
    """Return the ports of EXPOSE; None where there is none, or one that is not written as a number."""
    words = [word.text for one in stage.lineage() for expose in one.of(Expose) for word in expose.words]
    numbers = [re.fullmatch(r"(\d+)(?:/(?:tcp|udp))?", word) for word in words]
    if not numbers or None in numbers:
        return None
    return frozenset(int(number[1]) for number in numbers if number is not None)


def _started_words(stage: Stage) -> str:
    """Return what the container starts, as text: a port in it may be what the program listens on."""
    lines = (stage.last(Entrypoint), stage.last(Cmd))
    return " ".join(word.text for one in lines if one is not None for word in one.command.words)


def _other_port(build: GoBuild, stage: Stage, one: Published, instead: dict[int, Evidence | None]) -> Mistake:
    place = stage.last(Expose) or stage.last(Entrypoint) or stage.last(Cmd) or stage.start
    ports = " and ".join(str(number) for number in sorted(instead))
    known = [evidence for evidence in instead.values() if evidence is not None]
    says = "the program listens on" if known else "EXPOSE says"
    return Mistake(
        place.words[0].span.cover(place.words[-1].span) if isinstance(place, Expose) else place.keyword.span,
        f"{one.evidence.path} counts on port {one.number} of the container, and {says} {ports}",
        f"write {ports} in {one.evidence.path}, or change what the program listens on",
        related=(
            *build.related(one.evidence, f"{one.where} counts on this port", str(one.number)),
            *(place for evidence in known[:1] for place in build.related(evidence, "it listens here")),
        ),
        severity=None if known else Severity.INFO,
    )
