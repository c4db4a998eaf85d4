"""The download of modules: a layer of its own, or a cache mount, so that it is not made again each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendock.dockerfile import Copy
from gendock.lint import Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.chains import delete_command
from gendock.lint.edits import in_case_of, insert_line
from gendock.lint.gobuild import GoBuild, GoCall
from gendock.lint.gobuild.go_folders import keeps, module_cache
from gendock.lint.gobuild.local_modules import downloaded_requirements
from gendock.lint.mistake import Applicability

if TYPE_CHECKING:
    from gendock.dockerfile import Instruction
    from gendock.golang import Module
    from gendock.lint.gobuild import Step


@rule("GO105", "source-before-download", severity=Severity.INFO, mentions=("go mod download",))
def source_before_download(build: GoBuild) -> Mistakes:
    """The source is copied before the modules are downloaded.

    A layer is built again when a file that it copies has changed, and with it all that come after it. With
    go.mod and go.sum copied first, `go mod download` runs again only when one of these two has changed.

    Bad:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN go mod download
        RUN go build -o /app .

        FROM scratch
        COPY --from=build /app /app

        -- go.mod --
        module example.com/app

        go 1.26

        require github.com/google/uuid v1.6.0
        -- go.sum --
        -- main.go --
        package main

        func main() {}

    Good:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY go.mod go.sum ./
        RUN go mod download
        COPY . .
        RUN go build -o /app .

        FROM scratch
        COPY --from=build /app /app

        -- go.mod --
        module example.com/app

        go 1.26

        require github.com/google/uuid v1.6.0
        -- go.sum --
        -- main.go --
        package main

        func main() {}
    """
    for step in build.steps:
        for call in step.calls:
            if call.verb != "mod download" or call.words or call.uses_vendor or not _is_repeated(call, step):
                continue
            yield Mistake(
                call.span,
                "each change of a source file downloads all modules again: the source is copied first",
                "copy go.mod and go.sum, download, and then copy the rest",
                _swapped(build, call, step),
            )


@rule("GO106", "no-download-layer", severity=Severity.INFO, mentions=("go build", "go install", "go test"))
def no_download_layer(build: GoBuild) -> Mistakes:
    """Modules are downloaded by the build itself, each time that a source file has changed.

    A layer with go.mod and go.sum alone, in which `go mod download` runs, stays as it is until one of these
    changes. A cache mount on the folder of the modules does as much.

    Bad:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN go build -o /app .

        FROM scratch
        COPY --from=build /app /app

        -- go.mod --
        module example.com/app

        go 1.26

        require github.com/google/uuid v1.6.0
        -- go.sum --
        -- main.go --
        package main

        func main() {}

    Good:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY go.mod go.sum ./
        RUN go mod download
        COPY . .
        RUN go build -o /app .

        FROM scratch
        COPY --from=build /app /app

        -- go.mod --
        module example.com/app

        go 1.26

        require github.com/google/uuid v1.6.0
        -- go.sum --
        -- main.go --
        package main

        func main() {}
    """
    fetched: set[int] = set()
    for step in build.steps:
        for call in step.calls:
            line = {stage.index for stage in call.stage.lineage()}
            if call.verb in ("mod download", "mod vendor", "mod tidy", "get", "mod verify"):
                fetched.add(call.stage.index)
            if not call.reads_module or call.verb.startswith("mod ") or not fetched.isdisjoint(line):
                continue
            fetched.add(call.stage.index)
            if not call.uses_vendor and _is_repeated(call, step):
                yield Mistake(
                    call.span,
                    "each change of a source file downloads all modules again",
                    "copy go.mod and go.sum, run `go mod download`, and then copy the rest; or keep the "
                    "modules in a cache mount",
                    _with_layer(build, call, step),
                    covers=(("GD344", call.span),),
                )


@rule("GO110", "download-despite-vendor", severity=Severity.INFO, mentions=("go mod download",))
def download_despite_vendor(build: GoBuild) -> Mistakes:
    """Modules are downloaded although vendor/ holds them.

    Where vendor/ agrees with go.mod, `go build` takes the modules from there and never looks at what was
    downloaded: the step costs time, needs the network, and fails with it.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go mod download
        RUN go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26
        -- vendor/modules.txt --

    Good:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26
        -- vendor/modules.txt --
    """
    for call in build.calls:
        if call.verb != "mod download" or call.words or call.module is None or not call.module.vendored:
            continue
        later = [one for one in build.calls if call.stage in one.stage.lineage() and one.builds]
        if not later or not all(one.uses_vendor for one in later):
            continue
        edit = delete_command(call.script, call.command)
        yield Mistake(
            call.span,
            "modules are downloaded, and vendor/ holds them: the build takes them from there",
            "leave `go mod download` out",
            None if edit is None else Fix("leave it out", (edit,), _how_sure(build, call)),
        )


def _is_repeated(call: GoCall, step: Step) -> bool:
    """Tell whether a call downloads modules again each time that a file of the source has changed."""
    module = call.module
    if module is None or call.module_folder is None or not downloaded_requirements(call.repository, module):
        return False
    if keeps(step, module_cache(call, step.user)):
        return False
    entries = call.tree.files_below(call.module_folder)
    return any(entry.source is not None and path.endswith(".go") for path, entry in entries)


def _swapped(build: GoBuild, call: GoCall, step: Step) -> Fix | None:
    """Return the fix that downloads before the source is copied."""
    copy = _bringing_all(build, call, step)
    edit = delete_command(call.script, call.command) if len(call.script.commands) == 1 else None
    if copy is None or edit is None or call.module is None:
        return None
    lines = _download_lines(build, call.module, copy)
    first = insert_line(call.script.source, copy, lines)
    return Fix("download before the source is copied", (first, edit), _how_sure(build, call))


def _with_layer(build: GoBuild, call: GoCall, step: Step) -> Fix | None:
    """Return the fix that gives the download a layer of its own."""
    copy = _bringing_all(build, call, step)
    if copy is None or call.module is None:
        return None
    edit = insert_line(call.script.source, copy, _download_lines(build, call.module, copy))
    return Fix("download the modules in a layer of their own", (edit,), _how_sure(build, call))


def _download_lines(build: GoBuild, module: Module, copy: Instruction) -> str:
    files = "go.mod go.sum" if build.files.sees(module.sum_file) else "go.mod"
    first = f"{in_case_of(copy, 'COPY')} {files} ./"
    return f"{first}\n{in_case_of(copy, 'RUN')} go mod download"


def _bringing_all(build: GoBuild, call: GoCall, step: Step) -> Copy | None:
    """Return the COPY that brings go.mod with all else, in the folder that go works in.

    None where other modules of the repository would have to come along.
    """
    module, folder = call.module, call.module_folder
    if module is None or folder is None or any(one.is_local for one in module.replaces):
        return None
    entry = call.tree.get(f"{folder}/go.mod")
    if entry is None or not isinstance(entry.by, Copy) or call.work_folder is not None:
        return None
    copying = build.step_of(entry.by)
    if copying is None or copying.stage is not step.stage or copying.folder != folder:
        return None
    brings_source = any(
        one.by is entry.by and path.endswith(".go") for path, one in call.tree.files_below(folder)
    )
    is_top = build.files.from_repository(module.mod_file) == "go.mod"
    return entry.by if brings_source and is_top else None


def _how_sure(build: GoBuild, call: GoCall) -> Applicability:
    """Return whether the image stays the same: what a stage that is not shipped downloads is in no image."""
    shipped = {one.index for stage in build.shipped for one in stage.lineage()}
    return Applicability.UNSAFE if call.stage.index in shipped else Applicability.SAFE
