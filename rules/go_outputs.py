"""What `go build` puts into a program and where it writes it: -o, -X, -tags, and COPY --from behind it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gendock.dockerfile import Copy, Run, Span
from gendock.dockerfile.suggestions import nearest
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.gobuild import GoBuild, GoCall
from gendock.lint.mistake import replace
from gendock.lint.paths import is_plain

if TYPE_CHECKING:
    from gendock.golang.packages import Package
    from gendock.lint.gobuild import Source
    from gendock.shell import Word

_SETS = re.compile(r"-X[= ]+[\"']?(?P<package>[\w./~-]+)\.(?P<name>\w+)=")
_DECLARED = re.compile(
    rb"^(?:(?P<kind>var|const)[ \t]+(?P<single>\w+)|(?P<group>var|const)[ \t]*\((?P<body>.*?)^\))",
    re.MULTILINE | re.DOTALL,
)
_GROUPED = re.compile(rb"^[ \t]*(\w+)(?:[ \t]+[\w.\[\]*]+)?[ \t]*(?:=|$|//)", re.MULTILINE)
_CONSTRAINT = re.compile(rb"^//(?:go:build|[ ]*\+build)[ ]+([^\n]*)", re.MULTILINE)
_NAMES = re.compile(rb"[A-Za-z_][\w.]*")
_HEAD_BYTES = 4096


@rule("GO205", "copies-what-was-not-built", severity=Severity.ERROR, needs=(Copy, Run), mentions=("from=",))
def copies_what_was_not_built(build: GoBuild) -> Mistakes:
    """`COPY --from`, or a bind mount with `from=`, takes a path that the other stage never wrote.

    `go build -o` says where the program goes; without -o it lies in the working directory, under the name of
    its folder.

    Bad:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN go build -o /bin/app .

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
        RUN go build -o /bin/app .

        FROM scratch
        COPY --from=build /bin/app /app
        USER 65532:65532
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        func main() {}
    """
    for step in build.steps:
        is_copy = isinstance(step.instruction, Copy)
        for source in step.sources if is_copy or isinstance(step.instruction, Run) else ():
            if source.stage is None or not source.is_missing:
                continue
            built = sorted(path for path, _ in build.binaries(source.stage))
            likely = _likely(source, built)
            place = source.span if is_copy else _written(build, source)
            how = "copied" if is_copy else "mounted"
            yield Mistake(
                place,
                f"nothing puts {source.text} into the stage that it is {how} from: the build stops here",
                f"`go build` writes {_listed(built)} there" if built else "look at what that stage writes",
                None if likely is None or not is_plain(likely) else replace(place, likely, f"take {likely}"),
                severity=Severity.WARNING if _may_be_sent(build, source) else None,
            )


def _may_be_sent(build: GoBuild, source: Source) -> bool:
    """Tell whether a file is one that git ignores: who has it may build, a fresh checkout does not."""
    for call in build.calls:
        if source.text is not None and any(one is source.stage for one in call.stage.lineage()):
            path = call.meant_source(posixpath.normpath(posixpath.join("/", source.text)))
            if path is not None and build.repository.is_ignored_by_git(path):
                inside = build.files.from_repository(path)
                return inside is not None and build.files.excluding(inside) is None
    return False


@rule("GO206", "unknown-build-tag", severity=Severity.WARNING, mentions=("-tags",))
def unknown_build_tag(build: GoBuild) -> Mistakes:
    """A build tag that no file of the program asks for.

    The go command passes over tags that it does not know: a misspelt one changes nothing, and nobody is told.
    The finding falls where no module has to be downloaded, so that all files are known, or where a tag of
    almost that name is there.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go build -tags prodution -o /app .

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        func main() {}
        -- production.go --
        //go:build production

        package main

    Good:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go build -tags production -o /app .

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        func main() {}
        -- production.go --
        //go:build production

        package main
    """
    for call in build.calls:
        flag = call.flags.get("tags")
        if flag is None or flag.word is None or not call.builds or call.module is None or "$" in flag.value:
            continue
        known = _known_tags(build)
        for tag in sorted(call.tags - known):
            near = nearest(tag, known)
            if _STANDARD.fullmatch(tag) or (near is None and call.module.requires):
                continue
            span = _inside(call, flag.word, tag)
            yield Mistake(
                span,
                f"no file of the program asks for the tag {tag}: it changes nothing",
                f"did you mean {near}?" if near else "leave it out",
                None if near is None else replace(span, near, f"write {near}", safe=False),
            )


@rule("GO207", "sets-no-variable", severity=Severity.WARNING, mentions=("-X",))
def sets_no_variable(build: GoBuild) -> Mistakes:
    """`-ldflags -X` names a variable that is not there.

    The linker sets string variables of a package by their whole name, `importpath.name`; for package main,
    that is `main.name`, whatever its folder. A name that it does not find it passes over, and the program
    goes on to say "dev".

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go build -ldflags "-X main.Version=1.2.3" -o /app .

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        var version = "dev"

        func main() { println(version) }

    Good:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go build -ldflags "-X main.version=1.2.3" -o /app .

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        var version = "dev"

        func main() { println(version) }
    """
    for call in build.calls:
        flag = call.flags.get("ldflags")
        if flag is None or flag.word is None or not call.builds:
            continue
        text = call.script.source.slice(call.script.span(flag.word))
        for found in _SETS.finditer(text):
            variables = _variables(call, found["package"])
            name = found["name"]
            if variables is None or variables.get(name) == "var":
                continue
            start = call.script.span(flag.word).start + found.start("name")
            near = nearest(name, [one for one, kind in variables.items() if kind == "var"])
            span = Span(start, start + len(name))
            yield Mistake(
                span,
                f"{found['package']}.{name} is a constant, which -X can't set"
                if name in variables
                else f"package {found['package']} has no variable {name}: -X sets nothing",
                f"did you mean {near}?"
                if near
                else f"make it a variable: `var {name}` in place of `const {name}`"
                if name in variables
                else f'declare it: `var {name} = "dev"` in package {found["package"]}',
                None if near is None else replace(span, near, f"set {near}", safe=False),
            )


_STANDARD = re.compile(
    r"netgo|netcgo|osusergo|timetzdata|purego|nethttpomithttp2|boringcrypto|faketime|cgo|unix|linux|gc|gccgo"
    r"|goexperiment\..*|go1\.\d+|race|msan|asan|static|static_build|ignore"
)


def _likely(source: Source, built: list[str]) -> str | None:
    """Return the program that was meant: the only one, or the one of the same name."""
    if len(built) == 1:
        return built[0]
    same = [path for path in built if posixpath.basename(path) == posixpath.basename(source.text or "")]
    return same[0] if len(same) == 1 else None


def _written(build: GoBuild, source: Source) -> Span:
    """Return where the source of a mount is written; the whole mount where variables stand for it."""
    text = source.text or ""
    at = build.context.file.source.slice(source.span).find(text)
    start = source.span.start + at
    return source.span if at < 0 or not text else Span(start, start + len(text))


def _listed(paths: list[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{', '.join(paths[:-1])} and {paths[-1]}"


def _known_tags(build: GoBuild) -> frozenset[str]:
    """Return the names in the build constraints of all Go files of the repository."""
    found: set[str] = set()
    for path in build.repository.listing.files:
        if path.endswith(".go"):
            head = (build.repository.folder.read(path) or b"")[:_HEAD_BYTES]
            for line in _CONSTRAINT.findall(head):
                found.update(name.decode("utf-8", "replace") for name in _NAMES.findall(line))
    return frozenset(found)


def _inside(call: GoCall, word: Word, part: str) -> Span:
    """Return where a part of a word is written; the word where it is not written as it is."""
    whole = call.script.span(word)
    at = call.script.source.slice(whole).find(part)
    return whole if at < 0 else Span(whole.start + at, whole.start + at + len(part))


def _variables(call: GoCall, path: str) -> dict[str, str] | None:
    """Return a package's names with `var` or `const`; None for packages of other modules."""
    packages = call.repository.packages
    if path == "main":
        found = [package for package in call.built if package.files[0].package == "main"]
    else:
        named = packages.find(path)
        found = [] if named is None else [named]
    return dict(entry for package in found for entry in _declared(package)) if found else None


def _declared(package: Package) -> Iterator[tuple[str, str]]:
    for file in package.files:
        for one in _DECLARED.finditer(file.text):
            if one["single"]:
                yield one["single"].decode(), one["kind"].decode()
                continue
            for name in _GROUPED.findall(one["body"] or b""):
                yield name.decode(), one["group"].decode()
