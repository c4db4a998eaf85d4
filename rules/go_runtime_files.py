"""Files that a program opens and folders that it writes, in the image that starts it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from gendock.dockerfile import Copy, Run, Workdir
from gendock.lint import Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.bases import is_distroless, is_scratch
from gendock.lint.edits import in_case_of, insert_line
from gendock.lint.gobuild import GoBuild
from gendock.lint.gobuild.go_folders import is_root_name
from gendock.lint.gobuild.started import Started, started
from gendock.lint.paths import is_below, is_plain

if TYPE_CHECKING:
    from gendock.dockerfile import Instruction, Span
    from gendock.golang.needs import RuntimeFile

# Where everybody may write, and the home of distroless' own user.
_WRITABLE = ("/tmp", "/var/tmp", "/dev", "/run/lock", "/home/nonroot")  # noqa: S108 - names


@rule("GO305", "runtime-file-not-in-image", severity=Severity.WARNING)
def runtime_file_not_in_image(build: GoBuild) -> Mistakes:
    """The program opens a file of the repository that the final stage does not have, or not there.

    A relative path counts from the working directory: templates/ has to lie in the folder that WORKDIR names.
    Only what is copied is in the image; the build stage is not. Embedding the files spares the copy.

    Bad:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN CGO_ENABLED=0 go build -o /app .

        FROM scratch
        COPY --from=build /app /app
        USER 65532:65532
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        import "os"

        func main() {
            text, err := os.ReadFile("greeting.txt")
            if err != nil {
                panic(err)
            }
            println(string(text))
        }
        -- greeting.txt --
        hello

    Good:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN CGO_ENABLED=0 go build -o /app .

        FROM scratch
        COPY --from=build /app /app
        COPY --from=build /src/greeting.txt /greeting.txt
        USER 65532:65532
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        import "os"

        func main() {
            text, err := os.ReadFile("greeting.txt")
            if err != nil {
                panic(err)
            }
            println(string(text))
        }
        -- greeting.txt --
        hello
    """
    for one in started(build):
        if one.program.beside_itself is not None or one.folder is None:
            continue
        for file in one.program.runtime_files:
            place = _place_of(one, file)
            if file.wanted is not None or place is None or _is_there(one, place) or _is_embedded(one, file):
                continue
            elsewhere = one.tree.find_source(file.path)
            yield Mistake(
                _start(one),
                f"the program opens {file.path} at run time, and {place} is not in this image"
                if elsewhere is None
                else f"the program opens {file.path} in its working directory, {one.folder}: "
                f"the image has it at {elsewhere}",
                f"copy it to {place}",
                _copied(one, file, place),
                related=build.related(file.evidence, "opened here"),
            )


@rule("GO313", "writes-where-it-may-not", severity=Severity.WARNING)
def writes_where_it_may_not(build: GoBuild) -> Mistakes:
    """The program writes to a folder in which its user may not write.

    Folders that COPY and WORKDIR make belong to root, and a program that runs as another user is refused.
    Make the folder in the build stage and copy it with --chown, and declare it as a VOLUME if it has to
    outlive the container.

    Bad:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN CGO_ENABLED=0 go build -o /app .

        FROM scratch
        COPY --from=build /app /app
        USER 65532:65532
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        import "os"

        func main() {
            if err := os.WriteFile("state/count.txt", []byte("1"), 0o644); err != nil {
                panic(err)
            }
        }
    """
    for one in started(build):
        if one.folder is None or not (is_scratch(one.stage) or is_distroless(one.stage)) or _is_root(one):
            continue
        for written in one.program.written:
            if not written.path or not is_plain(written.path):
                continue
            place = posixpath.normpath(posixpath.join(one.folder, written.path))
            folder = place if written.is_folder else posixpath.dirname(place)
            if any(is_below(folder, writable) for writable in _WRITABLE) or _may_write(one, folder):
                continue
            owner = one.user or "65532:65532"
            yield Mistake(
                _start(one),
                f"the program writes {written.path}, and its user may not write to {folder}",
                "write to /tmp, or to a folder of its own that the image gives to the user"
                if written.is_at_root
                else f"make {folder} in the build stage, and copy it from there with --chown={owner}",
                related=build.related(written.evidence, "written here", written.path),
            )


def _place_of(one: Started, file: RuntimeFile) -> str | None:
    """Return where a file has to lie for the program to find it; None where that is not known."""
    if file.path.startswith("/") or one.folder is None:
        return None
    inside = posixpath.relpath(file.opened, file.base) if file.base not in ("", ".") else file.opened
    return posixpath.normpath(posixpath.join(one.folder, inside))


def _is_there(one: Started, place: str) -> bool:
    return one.tree.may_have(place) or any(True for _ in one.tree.files_below(place))


def _is_embedded(one: Started, file: RuntimeFile) -> bool:
    """Tell whether the program has a file in itself, too, and opens it for whoever develops it."""
    return any(is_below(file.path, path) or is_below(path, file.path) for path in one.program.embeds)


def _start(one: Started) -> Span:
    return one.words[0].span


def _copied(one: Started, file: RuntimeFile, place: str) -> Fix | None:
    """Return the fix that copies a file from the build stage."""
    source, name = one.call.place_of(file.path), one.call.stage.name
    if source is None or not name or not (one.call.tree.has(source) and is_plain(source + place)):
        return None
    last = _starting(one)
    if last is None:
        return None
    before: Instruction = next((line for line in one.stage.instructions if _is_late(line, one)), last)
    line = f"{in_case_of(before, 'COPY')} --from={name} {source} {place}"
    return Fix(f"copy {file.path}", (insert_line(one.call.script.source, before, line),))


def _is_late(line: Instruction, one: Started) -> bool:
    """Tell whether an instruction stands behind the last COPY of a stage."""
    copies = [copy.span.start for copy in one.stage.of(Copy)]
    return bool(copies) and line.span.start > copies[-1]


def _starting(one: Started) -> Instruction | None:
    start = one.words[0].span.start
    return next((line for line in one.stage.instructions if line.span.start <= start < line.span.end), None)


def _is_root(one: Started) -> bool:
    if one.user is None:
        return ":nonroot" not in (one.stage.root.base or "")
    return is_root_name(one.user) or "$" in one.user


def _may_write(one: Started, folder: str) -> bool:
    """Tell whether something in the stage may have given a folder to another user."""
    for stage in one.stage.lineage():
        for line in stage.instructions:
            if isinstance(line, Run):
                return True
            if isinstance(line, Copy) and (line.flag("chown") or line.flag("chmod")):
                target = posixpath.normpath(posixpath.join("/", line.destination.text))
                if is_below(folder, target) or is_below(target, folder):
                    return True
            if isinstance(line, Workdir) and line.span.start > _user_from(one):
                return True
    return False


def _user_from(one: Started) -> int:
    """Return where the stage takes its user: a WORKDIR behind it may belong to that one."""
    from gendock.dockerfile import User

    user = one.stage.last(User)
    return one.stage.start.span.start if user is None else user.span.start
