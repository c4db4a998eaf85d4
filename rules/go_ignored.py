"""What the ignore file keeps from the build of a Go program that it cannot do without."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.gobuild import GoBuild, GoCall, Source
from gendock.lint.gobuild.context_files import wildcard
from gendock.lint.gobuild.ignore_lines import lines_for_ignore_file
from gendock.lint.mistake import count
from gendock.lint.paths import is_below

if TYPE_CHECKING:
    from gendock.dockerfile.ignore_file import IgnorePattern
    from gendock.lint.gobuild.inputs import Input


@rule("GO402", "ignored-build-input", severity=Severity.ERROR)
def ignored_build_input(build: GoBuild) -> Mistakes:
    """The ignore file keeps out what `go build` reads.

    Patterns such as `**/bin`, `*.md` or `docs` look harmless, until a package lies in such a folder or a file
    is embedded. The file is in the repository and builds on every machine; only the builder never sees it.
    Where the build may do without, as another file of the package or of the embed pattern goes in, it is a
    warning.

    Bad:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN go build -trimpath -o /app .

        -- .dockerignore --
        *.html

        -- go.mod --
        module example.com/app

        go 1.26

        -- main.go --
        package main

        import _ "embed"

        //go:embed page.html
        var page string

        func main() { println(page) }

        -- page.html --
        <p>Hello</p>

    Good:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN go build -trimpath -o /app .

        -- .dockerignore --
        *.html
        !page.html

        -- go.mod --
        module example.com/app

        go 1.26

        -- main.go --
        package main

        import _ "embed"

        //go:embed page.html
        var page string

        func main() { println(page) }

        -- page.html --
        <p>Hello</p>
    """
    told: set[tuple[int, int]] = set()
    for call in build.calls:
        if not (call.builds and call.is_certain and build.files.is_certain):
            continue
        for pattern, lost in _lost(build, call).items():
            place = _brought_by(build, call, lost[0].path)
            if place is None or (pattern.row, place.span.start) in told:
                continue
            told.add((pattern.row, place.span.start))
            yield _mistake(build, pattern, lost, place, call)


def _lost(build: GoBuild, call: GoCall) -> dict[IgnorePattern, list[Input]]:
    """Return what a go command reads and the ignore file keeps out, by the pattern that does it."""
    from gendock.lint.gobuild.inputs import inputs_of

    found: dict[IgnorePattern, list[Input]] = {}
    for one in (*inputs_of(call), *_module_files(build, call), *_vendor(call)):
        if one.path.endswith("/modules.txt"):
            continue  # GO111 speaks of vendor/
        inside = build.files.from_repository(one.path)
        if inside is None or build.files.is_file(inside):
            continue
        pattern = build.files.excluding(inside)
        place = call.place_of(one.path)
        if pattern is not None and (place is None or not call.tree.may_have(place)):
            found.setdefault(pattern, []).append(one)
    return found


def _module_files(build: GoBuild, call: GoCall) -> Iterator[Input]:
    """Yield the go.mod that a command misses: without it, nothing tells which module it is in."""
    from gendock.lint.gobuild.inputs import Input

    if call.module is None and call.folder is not None and not call.tree.may_have(f"{call.folder}/go.mod"):
        for module in build.repository.modules:
            if module.folder == build.files.folder:
                yield Input(module.mod_file, "what the go command looks for", module.evidence)


def _vendor(call: GoCall) -> Iterator[Input]:
    """Yield the folder that stands for a go.sum: without both, the build has no modules that it may use."""
    from gendock.lint.gobuild.inputs import Input

    module = call.module
    if module is None or not module.vendored or not module.requires or module.has_sum or call.uses_vendor:
        return
    if call.flag("mod") is None:
        folder = posixpath.normpath(posixpath.join(module.folder, "vendor"))
        yield Input(folder, "where the modules are that the build needs", module.requires[0].evidence)


def _brought_by(build: GoBuild, call: GoCall, path: str) -> Source | None:
    """Return the source of a COPY or mount that would have brought a file; None where none would."""
    inside = build.files.from_repository(path) or path
    for stage in call.stage.lineage():
        for step in build.steps_of(stage):
            for source in step.sources:
                if source.is_context and source.text is not None and _covers(source, inside):
                    return source
    return None


def _covers(source: Source, path: str) -> bool:
    pattern = (source.text or "").lstrip("/").removeprefix("./")
    in_folder = any(is_below(path, one) for one in source.found)
    return in_folder or ("*" in pattern and wildcard(pattern).fullmatch(path) is not None)


def _mistake(
    build: GoBuild, pattern: IgnorePattern, lost: list[Input], place: Source, call: GoCall
) -> Mistake:
    name = build.files.ignore_name or ".dockerignore"
    more = f", nor {count(len(lost) - 1, 'other file')} that the build reads" if len(lost) > 1 else ""
    first = lost[0]
    inside = build.files.from_repository(first.path) or first.path
    return Mistake(
        place.span,
        f"{inside} does not go in{more}: `{pattern.text}` in {name} excludes it, and it is {first.because}",
        f"take it back in below that line: `!{inside}`; or make the pattern narrower",
        lines_for_ignore_file(
            build,
            (build.files.from_repository(one.path) or one.path for one in lost),
            safe=True,
            takes_back=True,
        ),
        related=(
            *build.related_row(name, pattern.row, "this pattern excludes it"),
            *build.related(first.evidence, first.because),
        ),
        severity=None if any(_stops(build, one, lost) for one in lost) else Severity.WARNING,
        # Without vendor/ it would download, and without go.sum it may not: one mistake.
        covers=(("GO104", call.span), ("GO106", call.span)) if lost[0].path.endswith("vendor") else (),
    )


def _stops(build: GoBuild, one: Input, lost: list[Input]) -> bool:
    """Tell whether the build cannot do without a file."""
    gone = {other.path for other in lost}
    return one.is_module_file or all(
        path in gone or not build.files.sees(path) for path in one.needs_one_of or (one.path,)
    )
