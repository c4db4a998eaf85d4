"""go.sum, and the settings that switch its checks off."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gendock.dockerfile import Arg, Copy, Env, Span
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.gobuild import GoBuild, GoCall
from gendock.lint.gobuild.bases import go_version
from gendock.lint.gobuild.local_modules import downloaded_requirements, imports_below
from gendock.lint.images import parse_image
from gendock.lint.paths import is_below

if TYPE_CHECKING:
    from gendock.golang import Module, Requirement
    from gendock.lint.scripts import Script

_SWITCHES = ("GOSUMDB", "GONOSUMDB", "GONOSUMCHECK", "GOINSECURE", "GOFLAGS")
_READ_ONLY_SINCE = (1, 16)
_LISTS_ALL_SINCE = (1, 17)
_EVERYTHING = re.compile(r"(?:^|,)\s*(?:\*|\*/\*|\*\*|github\.com(?:/\*)?|golang\.org(?:/\*)?)\s*(?:,|$)")


@rule("GO104", "go-sum-not-copied", severity=Severity.ERROR, mentions=("go build", "go install", "go test"))
def go_sum_not_copied(build: GoBuild) -> Mistakes:
    """The program needs modules, and go.sum is not in the stage, or has no line for one of them.

    The go command checks each module against go.sum, and may not add to it in a build: it stops with "missing
    go.sum entry", even after a `go mod download` that went well. Go before 1.16 writes the line itself.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY go.mod ./
        RUN go mod download
        COPY *.go ./
        RUN go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26

        require github.com/google/uuid v1.6.0
        -- go.sum --
        github.com/google/uuid v1.6.0 h1:NIvaJDMOsjHA8n1jAhLSgzrAzy1Hgr+hNrb57e+94F0=
        github.com/google/uuid v1.6.0/go.mod h1:TIyPZe4MgqvfeYDBFedMoGGpEw/LqOeaOT+nhxU+yHo=
        -- main.go --
        package main

        import _ "github.com/google/uuid"

        func main() {}

    Good:
        FROM golang:1.26
        WORKDIR /src
        COPY go.mod go.sum ./
        RUN go mod download
        COPY *.go ./
        RUN go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26

        require github.com/google/uuid v1.6.0
        -- go.sum --
        github.com/google/uuid v1.6.0 h1:NIvaJDMOsjHA8n1jAhLSgzrAzy1Hgr+hNrb57e+94F0=
        github.com/google/uuid v1.6.0/go.mod h1:TIyPZe4MgqvfeYDBFedMoGGpEw/LqOeaOT+nhxU+yHo=
        -- main.go --
        package main

        import _ "github.com/google/uuid"

        func main() {}
    """
    told: set[int] = set()
    for call in build.calls:
        module, folder = call.module, call.module_folder
        if module is None or folder is None or call.stage.index in told or not _is_checked(call):
            continue
        unlisted = _unlisted(call, module)
        needed = unlisted or _unsummed(build, call, module)
        if needed is None:
            continue
        told.add(call.stage.index)
        is_left_behind = module.has_sum and unlisted is None
        lacks = f"there is no go.sum in {folder}" if unlisted is None else "go.sum has no line for it"
        yield Mistake(
            call.span,
            f"`go {call.verb}` stops here: it needs {needed.path}, and {lacks}",
            f"copy {module.sum_file} with go.mod"
            if is_left_behind
            else "run `go mod tidy` in the repository, and commit the go.sum that it writes",
            _beside_go_mod(call, folder) if is_left_behind else None,
            related=build.related(needed.evidence, "needed here", needed.path),
        )


@rule("GO113", "module-checks-off", severity=Severity.WARNING, mentions=_SWITCHES)
def module_checks_off(build: GoBuild) -> Mistakes:
    """A setting takes away the checks of what is downloaded.

    go.sum and the checksum database make sure that a module is what everybody else got under its name.
    GOSUMDB=off, GONOSUMDB or GOINSECURE for public hosts, and GOFLAGS=-mod=mod (which lets a build add to
    go.mod and go.sum) take that away for all modules. Modules of one's own need GOPRIVATE with their path.

    Bad:
        FROM golang:1.26
        ENV GOSUMDB=off
        WORKDIR /src
        COPY . .
        RUN go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26
    """
    for span, name, value in _settings(build):
        reason = _reason(name, value)
        if reason:
            yield Mistake(
                span,
                f"{name}={value} {reason}",
                "leave it out; for modules of your own, GOPRIVATE with their path is enough",
            )


def _is_checked(call: GoCall) -> bool:
    """Tell whether a call surely builds with downloaded modules, and may not add to go.sum."""
    if not (call.is_certain and call.builds) or call.uses_vendor or call.work_folder is not None:
        return False
    version = go_version(parse_image(call.stage.root.base or ""))
    writes = version is not None and (version.major, version.minor) < _READ_ONLY_SINCE
    return not writes and call.flag("mod") != "mod"


def _sum_in_stage(call: GoCall, module: Module) -> str:
    return posixpath.join(call.module_folder or "/", posixpath.basename(module.sum_file))


def _unlisted(call: GoCall, module: Module) -> Requirement | None:
    """Return a module that what is built imports, and of which the repository's go.sum says nothing."""
    place = _sum_in_stage(call, module)
    entry = call.tree.get(place)
    if entry is None or entry.source != module.sum_file:
        return None
    if any(is_below(place, folder) for folder in call.tree.all_unknown) or not _lists_all(module):
        return None
    programs = (call.repository.program(one.folder) for one in call.built)
    return next((one.unsummed for one in programs if one is not None and one.unsummed is not None), None)


def _lists_all(module: Module) -> bool:
    """Tell whether go.mod names each module in the version that is built."""
    go = module.go
    return go is not None and (go.version.major, go.version.minor) >= _LISTS_ALL_SINCE


def _unsummed(build: GoBuild, call: GoCall, module: Module) -> Requirement | None:
    """Return a module that a call needs, where it surely has no go.sum to check it against."""
    place = _sum_in_stage(call, module)
    if call.tree.may_have(place) or (module.has_sum and not build.files.sees(module.sum_file)):
        return None
    needed = (
        one for one in downloaded_requirements(call.repository, module) if imports_below(call, one.path)
    )
    # `go get` marks as indirect what `go mod tidy` would not; of a/b and a/b/v2, the longer one is meant.
    return min(needed, key=lambda one: (one.indirect, -len(one.path)), default=None)


def _beside_go_mod(call: GoCall, folder: str) -> Fix | None:
    """Return the fix that copies go.sum where go.mod is copied."""
    entry = call.tree.get(posixpath.join(folder, "go.mod"))
    copy = None if entry is None else entry.by
    if not isinstance(copy, Copy) or not copy.destination.text.endswith((".", "/")):
        return None
    for word in copy.sources:
        written = call.script.source.slice(word.span)
        if written == word.text and posixpath.basename(word.text) == "go.mod":
            text = f" {word.text.removesuffix('go.mod')}go.sum"
            return Fix("copy go.sum, too", (Edit(Span(word.span.end, word.span.end), text),))
    return None


def _settings(build: GoBuild) -> Iterator[tuple[Span, str, str]]:
    """Yield where a stage that calls go sets one of the switches: place, name and value."""
    lines = {stage.index for call in build.calls for stage in call.stage.lineage()}
    for stage in build.stages:
        for instruction in stage.instructions if stage.index in lines else ():
            if isinstance(instruction, Env | Arg):
                for pair in instruction.pairs:
                    if pair.name.text in _SWITCHES and pair.value is not None:
                        yield Span(pair.name.span.start, pair.value.span.end), pair.name.text, pair.value.text
        for script in build.context.scripts_of(stage) if stage.index in lines else ():
            yield from _assigned(script)


def _assigned(script: Script) -> Iterator[tuple[Span, str, str]]:
    """Yield what a script sets: in front of a command, by export, or by `go env -w`."""
    for command in script.commands:
        words = command.assignments
        if command.program == "export" or (command.program == "go" and command.texts[:1] == ("env",)):
            words = (*words, *command.arguments)
        for word in words:
            name, equals, value = word.text.partition("=")
            if equals and name in _SWITCHES:
                yield script.span(word), name, value


def _reason(name: str, value: str) -> str:
    """Return what a setting does; empty where it takes no check away."""
    if name == "GOSUMDB" and value == "off":
        return "takes all modules as they come: nothing is checked against the checksum database"
    if name in ("GONOSUMDB", "GONOSUMCHECK") and (_EVERYTHING.search(value) or value == "1"):
        return "leaves public modules unchecked"
    if name == "GOINSECURE" and value.strip():
        return "takes modules over plain HTTP, and unchecked certificates"
    if name == "GOFLAGS" and "-mod=mod" in value.split():
        return "lets the build change go.mod and go.sum"
    if name == "GOFLAGS" and "-insecure" in value.split():
        return "takes modules over plain HTTP"
    return ""
