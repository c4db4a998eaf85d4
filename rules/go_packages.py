"""What `go build` is told to build: packages that are there, are programs, and are complete."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gendock.dockerfile.suggestions import nearest
from gendock.lint import Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.gobuild import GoBuild, GoCall
from gendock.lint.mistake import count
from gendock.lint.paths import is_plain

if TYPE_CHECKING:
    from gendock.dockerfile import Span
    from gendock.golang.packages import Package
    from gendock.lint.gobuild.go_calls import GoPackage
    from gendock.lint.mistake import Related

_BUILD = ("go build", "go install")


@rule("GO201", "no-such-package", severity=Severity.ERROR, mentions=_BUILD)
def no_such_package(build: GoBuild) -> Mistakes:
    """`go build` is told to build a package that is not there.

    A package is a folder with Go files. Folders get other names, and the Dockerfile is forgotten.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go build -o /app ./cmd/server

        -- go.mod --
        module example.com/app

        go 1.26
        -- cmd/serve/main.go --
        package main

        func main() {}

    Good:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go build -o /app ./cmd/serve

        -- go.mod --
        module example.com/app

        go 1.26
        -- cmd/serve/main.go --
        package main

        func main() {}
    """
    for call, package in _single(build):
        folder = package.folder
        if folder is None or call.files or _has_go_files(call, folder) or not call.is_certain:
            continue
        meant = call.meant_source(folder)
        if meant is not None and call.repository.package(meant) is not None:
            continue  # it is in the repository: what did not come along is GO204's
        why = "holds no Go files" if call.tree.is_folder(folder) else "is not there"
        yield Mistake(
            _place(call, package),
            f"there is no package {package.text}: {folder} {why}",
            _programs_advice(call),
            _other_program(call, package),
        )


@rule("GO202", "not-a-program", severity=Severity.ERROR, mentions=_BUILD)
def not_a_program(build: GoBuild) -> Mistakes:
    """`go build -o` is told to build a package that is no program.

    `go build` compiles a library without complaint, and writes an archive of it to the file that -o names.
    The image is built, and the container stops at once with "exec format error". Programs are packages called
    main that have a function main.

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
        -- app.go --
        package app
        -- cmd/app/main.go --
        package main

        func main() {}

    Good:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN go build -o /app ./cmd/app

        FROM scratch
        COPY --from=build /app /app
        USER 65532:65532
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- app.go --
        package app
        -- cmd/app/main.go --
        package main

        func main() {}
    """
    for call, package in _single(build):
        found = None if package.source is None else call.repository.package(package.source)
        if found is None or _is_program(found) or call.files or not call.is_certain or not call.flag("o"):
            continue
        if call.flag("buildmode") not in (None, "exe", "pie", "default") or call.output_is_folder:
            continue
        yield Mistake(
            _place(call, package),
            f"{package.text} is package {found.files[0].package}, no program: `go build` writes an archive, "
            "which nobody can start",
            _programs_advice(call),
            _other_program(call, package),
            related=_head(build, found),
        )


@rule("GO203", "several-packages-into-one-file", severity=Severity.ERROR, mentions=("...",))
def several_packages_into_one_file(build: GoBuild) -> Mistakes:
    """`-o` names a file, and `./...` stands for several packages.

    The go command writes one program to one file, and stops. Name the package of the program, or give -o a
    folder, with a slash behind it: each program then goes there by its own name.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go build -o /app ./...

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

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

        func main() {}
        -- internal/store/store.go --
        package store
    """
    for call in build.calls:
        if call.verb != "build" or not call.is_certain or call.output is None or call.output_is_folder:
            continue
        if call.tree.may_have_below(call.output) or len(call.packages) > 1 or len(call.built) < 2:
            continue
        package = call.packages[0]
        if package.is_pattern and package.word is not None:
            yield Mistake(
                _place(call, package),
                f"{package.text} is {count(len(call.built), 'package')}, and -o names one file",
                f"{_programs_advice(call)}; or end -o with a slash",
                _other_program(call, package),
            )


def _single(build: GoBuild) -> Iterator[tuple[GoCall, GoPackage]]:
    """Yield the packages that `go build` and `go install` name one by one."""
    for call in build.calls:
        for package in call.packages if call.builds else ():
            if not package.is_pattern:
                yield call, package


def _has_go_files(call: GoCall, folder: str) -> bool:
    """Tell whether a folder of the stage may hold Go files."""
    if call.tree.may_have_below(folder):
        return True
    return any(
        path.endswith(".go") and posixpath.dirname(path) == folder
        for path, _ in call.tree.files_below(folder)
    )


def _is_program(package: Package) -> bool:
    return package.files[0].package == "main"


def _place(call: GoCall, package: GoPackage) -> Span:
    return call.span if package.word is None else call.script.span(package.word)


def _programs(call: GoCall) -> list[str]:
    """Return the module's programs as go names them where the call stands, without those of samples."""
    project = call.repository.project
    folders = [program.package for program in project.programs] if project is not None else []
    if not folders:
        folders = [
            one.folder
            for one in call.repository.packages
            if any(file.main_line is not None for file in one.files)
        ]
    here = None if call.folder is None else call.meant_source(call.folder)
    if here is None:
        return []
    names = (posixpath.relpath(folder, here) for folder in folders)
    return ["." if name == "." else f"./{name}" for name in names if not name.startswith("../")]


def _programs_advice(call: GoCall) -> str:
    programs = _programs(call)
    if not programs:
        return "name the folder of a package main"
    if len(programs) == 1:
        return f"name the program, {programs[0]}"
    return f"name one of the programs: {', '.join(programs[:-1])} or {programs[-1]}"


def _other_program(call: GoCall, package: GoPackage) -> Fix | None:
    """Return the fix that names a program: the only one, or the one with a name nearest to this."""
    programs = _programs(call)
    only = programs[0] if len(programs) == 1 else nearest(package.text, programs)
    if only is None or not is_plain(only):
        return None
    if package.word is not None:
        return Fix(f"build {only}", (call.script.replace(package.word, only),))
    last = call.command.words[-1]
    return Fix(f"build {only}", (call.script.insert_behind(last, only),))


def _head(build: GoBuild, package: Package) -> tuple[Related, ...]:
    from gendock.golang import Evidence

    file = package.files[0]
    lines = file.text.decode("utf-8", "replace").splitlines()
    row = next((at for at, line in enumerate(lines, 1) if line.startswith("package ")), 1)
    return build.related(Evidence(file.path, row), "not package main", file.package)
