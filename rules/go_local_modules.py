"""Modules that are folders of the repository: they have to be in the stage when go asks for them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from msgspec import Struct

from gendock.golang import Replacement
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.edits import in_case_of, insert_line
from gendock.lint.gobuild import GoBuild, GoCall
from gendock.lint.gobuild.keeping_out import kept_out_by
from gendock.lint.gobuild.local_modules import imports_below, local_replacements
from gendock.lint.mistake import count
from gendock.lint.paths import is_plain

if TYPE_CHECKING:
    from gendock.golang import Workspace
    from gendock.lint.mistake import Related

_OUTSIDE = "the end of the build context"
_LOADS_ALL = ("mod download", "mod verify", "mod vendor", "mod tidy", "mod graph")


@rule("GO108", "workspace-module-not-copied", severity=Severity.ERROR, mentions=("go ",))
def workspace_module_not_copied(build: GoBuild) -> Mistakes:
    """go.work is in the stage, and the go.mod of one of its modules is not.

    The go command reads the go.mod of every module that go.work uses, whatever it is to build, and stops
    where one is missing. Copy them all before the first go command, or set GOWORK=off if one is enough.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY go.work ./
        COPY app/ app/
        RUN go build -o /app ./app

        -- go.work --
        go 1.26

        use (
            ./app
            ./lib
        )
        -- app/go.mod --
        module example.com/app

        go 1.26
        -- app/main.go --
        package main

        func main() {}
        -- lib/go.mod --
        module example.com/lib

        go 1.26

    Good:
        FROM golang:1.26
        WORKDIR /src
        COPY go.work ./
        COPY app/ app/
        COPY lib/ /src/lib/
        RUN go build -o /app ./app

        -- go.work --
        go 1.26

        use (
            ./app
            ./lib
        )
        -- app/go.mod --
        module example.com/app

        go 1.26
        -- app/main.go --
        package main

        func main() {}
        -- lib/go.mod --
        module example.com/lib

        go 1.26
    """
    workspace = build.repository.workspace
    if workspace is None:
        return
    told: set[int] = set()
    for call in build.calls:
        root = call.work_folder
        if root is None or not (call.is_certain and call.reads_module) or call.stage.index in told:
            continue
        for used in workspace.use:
            place = posixpath.normpath(posixpath.join(root, used))
            if call.tree.may_have(posixpath.join(place, "go.mod")):
                continue
            told.add(call.stage.index)
            yield Mistake(
                call.span,
                f"`go {call.verb}` stops here: go.work uses {used}, and {place}/go.mod is not in this stage",
                f"{_advice_of_work(build, used)}; or set GOWORK=off where that module does not matter",
                _copied(build, call, used, place),
                related=_use_line(build, workspace, used),
            )
            break


@rule("GO109", "replacement-not-copied", severity=Severity.ERROR, mentions=("go ",))
def replacement_not_copied(build: GoBuild) -> Mistakes:
    """go.mod replaces a module by a folder that is not in the stage.

    `go mod download` reads the go.mod of every folder that stands for a module, and a build reads those that
    the program imports. Folders outside of the build context can't be copied: build from the folder above, or
    name them by `--build-context`.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY go.mod ./
        RUN go mod download

        -- go.mod --
        module example.com/app

        go 1.26

        require example.com/lib v0.0.0

        replace example.com/lib => ./lib
        -- main.go --
        package main

        import _ "example.com/lib"

        func main() {}
        -- lib/go.mod --
        module example.com/lib

        go 1.26
        -- lib/lib.go --
        package lib

    Good:
        FROM golang:1.26
        WORKDIR /src
        COPY go.mod ./
        COPY lib/go.mod /src/lib/
        RUN go mod download

        -- go.mod --
        module example.com/app

        go 1.26

        require example.com/lib v0.0.0

        replace example.com/lib => ./lib
        -- main.go --
        package main

        import _ "example.com/lib"

        func main() {}
        -- lib/go.mod --
        module example.com/lib

        go 1.26
        -- lib/lib.go --
        package lib
    """
    told: set[tuple[int, str]] = set()
    for call in build.calls:
        if not call.is_certain or call.uses_vendor or not (call.builds or call.verb in _LOADS_ALL):
            continue
        lost: dict[str, list[_Lost]] = {}
        for one, place in local_replacements(call):
            if call.tree.may_have(posixpath.join(place, "go.mod")) or (call.stage.index, one.old) in told:
                continue
            if call.builds and not imports_below(call, one.old):
                continue
            told.add((call.stage.index, one.old))
            missing = _lost(build, call, one, place)
            lost.setdefault(missing.kept_by, []).append(missing)
        for same in lost.values():
            yield _not_there(build, call, same)


class _Lost(Struct, frozen=True):
    """A folder that stands for a module, and is not in the stage.

    `place` is where it should be there, `folder` where it is in the repository, and `kept_by` what keeps it
    from being copied: the end of the build context, a line of the ignore file, or nothing.
    """

    replacement: Replacement
    place: str
    folder: str
    kept_by: str


def _lost(build: GoBuild, call: GoCall, one: Replacement, place: str) -> _Lost:
    module = call.module
    folder = posixpath.normpath(posixpath.join(module.folder if module is not None else ".", one.new))
    inside = build.files.from_repository(folder)
    if one.new.startswith("/") or inside is None or inside.startswith(".."):
        return _Lost(one, place, folder, _OUTSIDE)
    return _Lost(one, place, folder, kept_out_by(build, f"{folder}/go.mod"))


def _not_there(build: GoBuild, call: GoCall, lost: list[_Lost]) -> Mistake:
    """Return one mistake for all folders that are missing for the same reason."""
    first, *others = lost
    folders = ", ".join(one.place for one in lost)
    message = (
        f"go.mod replaces {len(lost)} modules by folders that are not in this stage: {folders}"
        if others
        else f"go.mod replaces {first.replacement.old} by {first.replacement.new}, "
        f"and {first.place} is not in this stage"
    )
    if first.kept_by == _OUTSIDE:
        names = ", ".join(one.replacement.new for one in lost)
        are, all_of_them = ("are", "all") if others else ("is", "both")
        advice = f"{names} {are} outside of the build context: build from a folder that holds {all_of_them}"
    elif first.kept_by or not others:
        advice = _advice(build, first.folder)
    else:
        advice = f"copy {'each of them' if call.builds else 'the go.mod of each'} before this line"
    return Mistake(
        call.span,
        f"`go {call.verb}` stops here: {message}",
        advice,
        None if first.kept_by == _OUTSIDE else _all_copied(build, call, lost),
        related=build.related(first.replacement.evidence, "replaced here", first.replacement.new),
    )


def _all_copied(build: GoBuild, call: GoCall, lost: list[_Lost]) -> Fix | None:
    """Return the fix that copies each of the folders, by one line above the call."""
    fixes = [_copied(build, call, one.folder, one.place) for one in lost]
    edits = [fix.edits[0] for fix in fixes if fix is not None]
    if len(edits) < len(lost):
        return None
    lines = Edit(edits[0].span, "".join(edit.text for edit in edits))
    first, *others = lost
    return Fix(f"copy {count(len(lost), 'folder') if others else first.folder}", (lines,))


def _advice(build: GoBuild, folder: str) -> str:
    ignored = kept_out_by(build, f"{folder}/go.mod")
    return f"let it in: {ignored}" if ignored else f"copy {folder}/go.mod before this line"


def _advice_of_work(build: GoBuild, used: str) -> str:
    inside = build.files.from_repository(used)
    if inside is None or inside.startswith(("..", "/")):
        return f"{used} is outside of the build context: build from a folder that holds both"
    if f"{used}/go.mod" not in build.repository.files:
        return f"{used} has no go.mod here, either: `go work edit -dropuse={used}` takes it out of go.work"
    return _advice(build, used)


def _copied(build: GoBuild, call: GoCall, folder: str, place: str) -> Fix | None:
    """Return the fix that copies a folder's module, or its go.mod alone where nothing is compiled yet."""
    inside = build.files.from_repository(folder)
    if inside is None or not build.files.sees(f"{folder}/go.mod"):
        return None
    names = [name for name in ("go.mod", "go.sum") if build.files.sees(f"{folder}/{name}")]
    words = " ".join(f"{inside}/{name}" for name in names) if not call.builds else f"{inside}/"
    line = f"{in_case_of(call.run, 'COPY')} {words} {place}/"
    if not (is_plain(folder) and is_plain(place)):
        return None
    return Fix(f"copy {inside}", (insert_line(call.script.source, call.run, line),))


def _use_line(build: GoBuild, workspace: Workspace, used: str) -> tuple[Related, ...]:
    """Return the line of go.work that uses a folder."""
    from gendock.golang import Evidence

    path = workspace.evidence.path
    lines = (build.repository.text(path) or "").splitlines()
    found = (
        at
        for at, line in enumerate(lines, 1)
        if used in (posixpath.normpath(word.strip('"`')) for word in line.split())
    )
    return build.related(Evidence(path, next(found, workspace.evidence.line)), "used here", used)
