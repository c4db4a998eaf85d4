"""vendor/: the folder that a build is told to take its modules from."""

from __future__ import annotations

import posixpath

from gendock.lint import Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.edits import delete_among
from gendock.lint.gobuild import GoBuild, GoCall
from gendock.lint.gobuild.keeping_out import keeping_line, kept_out_by


@rule("GO111", "vendor-not-in-the-stage", severity=Severity.ERROR, mentions=("-mod=vendor", "-mod vendor"))
def vendor_not_in_the_stage(build: GoBuild) -> Mistakes:
    """`-mod=vendor` is asked for, and vendor/ is not in the stage.

    The go command then stops at the first module that go.mod requires: it may not download it, either.
    Where .dockerignore leaves vendor/ out, either let it in, or leave -mod=vendor out and download.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN --mount=type=cache,target=/go/pkg/mod go build -mod=vendor -o /app .

        -- go.mod --
        module example.com/app

        go 1.26

        require github.com/google/uuid v1.6.0
        -- go.sum --
        -- main.go --
        package main

        func main() {}

    Good:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN --mount=type=cache,target=/go/pkg/mod go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26

        require github.com/google/uuid v1.6.0
        -- go.sum --
        -- main.go --
        package main

        func main() {}
    """
    for call in build.calls:
        module, folder = call.module, call.module_folder
        if call.flag("mod") != "vendor" or module is None or folder is None or not call.is_certain:
            continue
        if not module.requires or call.tree.may_have(posixpath.join(folder, "vendor/modules.txt")):
            continue
        word = call.flags["mod"].word
        place = posixpath.normpath(posixpath.join(module.folder, "vendor"))
        ignored = kept_out_by(build, f"{place}/modules.txt")
        there = f"{place}/modules.txt" in build.repository.files
        yield Mistake(
            call.span if word is None else call.script.span(word),
            f"-mod=vendor, and there is no vendor/ in {folder}: `go {call.verb}` stops here",
            f"let it in: {ignored}"
            if ignored
            else "copy vendor/, too"
            if there
            else "leave -mod=vendor out, or run `go mod vendor` and commit vendor/",
            None if there else _without_flag(call),
            related=keeping_line(build, f"{place}/modules.txt")
            or build.related(module.requires[0].evidence, "needed here", module.requires[0].path),
        )


def _without_flag(call: GoCall) -> Fix | None:
    word = call.flags["mod"].word
    if word is None or not word.text.startswith("-mod="):
        return None
    at = next((at for at, one in enumerate(call.command.words) if one is word), None)
    spans = [call.script.span(one) for one in call.command.words]
    edit = None if at is None else delete_among(call.script.source, call.run, spans, at)
    return None if edit is None else Fix("leave -mod=vendor out", (edit,))
