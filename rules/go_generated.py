"""Files that a build needs and the repository does not hold: embedded front ends, generated code."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.gobuild import GoBuild, GoCall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gendock.golang import Program
    from gendock.golang.embeds import Embedding

_BUILD = ("go build", "go install")


@rule("GO215", "embeds-what-is-not-there", severity=Severity.ERROR, mentions=_BUILD)
def embeds_what_is_not_there(build: GoBuild) -> Mistakes:
    """The program embeds files that no commit holds, and no step of the stage makes them.

    Front ends are built before the program: `//go:embed dist` finds nothing in a fresh checkout, and the go
    command stops with "no matching files found". Build the front end in a stage of its own, and copy what it
    makes to the place that is embedded; `gendock init` writes such a stage. Where git ignores these files and
    .dockerignore does not, they may be made before the image is built: that is a warning.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        import "embed"

        //go:embed dist
        var files embed.FS

        func main() { println(len("dist")) }
    """
    told: set[str] = set()
    for call in build.calls:
        for one, root, place in _unmatched(call):
            if str(one.evidence) in told:
                continue
            told.add(str(one.evidence))
            may_be_sent = _may_be_sent(build, root)
            when = "in a fresh checkout" if may_be_sent else "here"
            yield Mistake(
                call.span,
                f"`go {call.verb}` stops {when}: nothing in {place} is there to embed",
                "make these files before this line: a stage that builds them, and COPY --from it",
                related=build.related(one.evidence, "embedded here", one.pattern),
                severity=Severity.WARNING if may_be_sent else None,
            )


@rule("GO217", "generated-code-missing", severity=Severity.WARNING, mentions=_BUILD)
def generated_code_missing(build: GoBuild) -> Mistakes:
    """Code that a tool generates is not in the repository, and the stage does not run the tool.

    Run the generator before `go build`, with its version fixed, or commit what it writes.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26

        require github.com/a-h/templ v0.3.1001
        -- vendor/modules.txt --
        # github.com/a-h/templ v0.3.1001
        ## explicit
        github.com/a-h/templ
        -- main.go --
        package main

        func main() { _ = page() }
        -- page.templ --
        package main

        templ page() {
            <p>Hello</p>
        }
    """
    told: set[str] = set()
    for call in build.calls:
        for program in _programs(call):
            for one in program.generated:
                place = call.place_of(one.folder)
                if place is None or call.tree.may_have_below(place) or str(one.evidence) in told:
                    continue
                told.add(str(one.evidence))
                command = " ".join(one.command)
                yield Mistake(
                    call.span,
                    f"`go {call.verb}` misses code that {one.tool} generates"
                    if one.tool
                    else f"`go {call.verb}` stops in a fresh checkout: there are {one.because}",
                    f"before this line, in {one.folder}: `{command}`"
                    if command
                    else "run what generates them before this line, or commit what it writes",
                    related=build.related(one.evidence, "not generated yet" if one.tool else "imported here"),
                )


def _programs(call: GoCall) -> Iterator[Program]:
    for package in call.built if call.builds and call.is_certain else ():
        program = call.repository.program(package.folder)
        if program is not None:
            yield program


def _may_be_sent(build: GoBuild, path: str) -> bool:
    """Tell whether something that git ignores is made before the image is built, and goes in then."""
    inside = build.files.from_repository(path)
    ignored = any(map(build.repository.is_ignored_by_git, (path, f"{path}/any")))
    return ignored and inside is not None and build.files.excluding(inside) is None


def _unmatched(call: GoCall) -> Iterator[tuple[Embedding, str, str]]:
    """Yield the embed patterns that match nothing, with where they look in the repository and the stage."""
    from gendock.golang.embeds import embeddings, root_of

    packages = call.repository.packages
    for built in call.built if call.builds and call.is_certain else ():
        for package in packages.reached(built):
            for one in embeddings(package, call.repository.listing.files):
                root = root_of(package, one.pattern) or package.folder
                place = call.place_of(root)
                if one.files or place is None:
                    continue
                folder = place if "*" not in one.pattern else posixpath.dirname(place)
                if not call.tree.may_have_below(folder) and not _is_made(call, place):
                    yield one, root, place


def _is_made(call: GoCall, place: str) -> bool:
    """Tell whether a step puts a file where a pattern looks."""
    return any(not entry.is_folder for _, entry in call.tree.files_below(place))
