"""How an image starts a Go program, and what it starts it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendock.dockerfile import Add, Cmd, Copy, Entrypoint, Run
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.bases import is_distroless, is_scratch, lacks_shell
from gendock.lint.gobuild import GoBuild
from gendock.lint.gobuild.linking import debian_release, needed_libc
from gendock.lint.gobuild.programs_at_hand import may_have_program
from gendock.lint.gobuild.started import Started, start_words, started
from gendock.lint.images import parse_image
from gendock.lint.mistake import replace

if TYPE_CHECKING:
    from gendock.dockerfile import Span, Stage

_SHELLS = ("sh", "bash")
_SCRIPT_END = frozenset({"exec", "exit", "wait"})


@rule("GO309", "go-run-as-command", severity=Severity.WARNING, needs=(Cmd, Entrypoint))
def go_run_as_command(build: GoBuild) -> Mistakes:
    """The container starts with `go run`, which compiles the program each time.

    It takes seconds, and memory for a compiler; the image has to hold the toolchain and the source; and
    signals go to the go command. Build in the image's build, and start what was built. A stage that is not
    the last one may do so, or an image into which nothing is copied: they are there to develop in.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        USER 65532:65532
        CMD ["go", "run", "."]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        func main() {}
    """
    for stage in build.stages[-1:]:
        if not any(one.has(Copy, Add, Run) for one in stage.lineage()):
            continue
        for line in (stage.last(Entrypoint), stage.last(Cmd)):
            if line is None or not line.command.words:
                continue
            words = [text for word in line.command.words[:2] for text in word.text.split()][:2]
            if words == ["go", "run"]:
                yield Mistake(
                    line.command.words[0].span.cover(line.command.words[-1].span),
                    "`go run` compiles the program at each start",
                    "`RUN go build -o /app`, and start /app in a stage without the toolchain",
                    covers=(("DL3025", line.command.span),),
                )


@rule("GO310", "toolchain-in-image", severity=Severity.WARNING, mentions=("golang",))
def toolchain_in_image(build: GoBuild) -> Mistakes:
    """The image that is shipped stands on golang: it holds the compiler and the source.

    That is 800 MB in place of 10, with a shell, git and a C compiler for whoever breaks in. Copy the program
    into a stage of its own: `FROM gcr.io/distroless/static-debian12:nonroot`, or distroless/base where it
    is linked with glibc.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go build -o /app .
        USER 65532:65532
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        func main() {}
    """
    for one in started(build):
        root = one.stage.root
        if parse_image(root.base or "").official == "golang" and one.call.stage in one.stage.lineage():
            yield Mistake(
                root.start.image.span,
                "the image that is shipped holds the Go toolchain and the source",
                f"copy {one.path} into a stage of its own: {_smaller(build, one)}",
            )


def _smaller(build: GoBuild, one: Started) -> str:
    """Return an image that has what a program needs to start, as the instruction that names it."""
    release = debian_release(one.stage) or 13
    programs = dict.fromkeys(executed.name for executed in one.program.executed)
    if programs:
        return f"`FROM debian:{release}-slim`, with what the program starts: {', '.join(programs)}"
    if needed_libc(build, one.call, one.program) is None:
        return "`FROM gcr.io/distroless/static-debian12:nonroot`"
    return (
        f"`FROM gcr.io/distroless/base-debian{release}:nonroot`, as it is linked with glibc; "
        "with CGO_ENABLED=0, distroless/static is enough"
    )


@rule("GO311", "script-without-exec", severity=Severity.WARNING, needs=(Entrypoint, Cmd))
def script_without_exec(build: GoBuild) -> Mistakes:
    """A script starts the program without exec, and keeps the signals for itself.

    The shell is process 1 then: SIGTERM reaches it, not the program, which is killed ten seconds later.
    `exec` in front of the last command puts the program in the shell's place.

    Bad:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN CGO_ENABLED=0 go build -o /app .

        FROM alpine:3.22
        COPY --chmod=0755 start.sh /start.sh
        COPY --from=build /app /app
        USER 65532:65532
        ENTRYPOINT ["/start.sh"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        func main() {}
        -- start.sh --
        #!/bin/sh
        /app
    """
    from gendock.golang import Evidence

    for stage in build.shipped:
        words = start_words(stage)
        tree = build.tree_of(stage)
        for word in words[:2]:
            entry = tree.get(word.text)
            text = None if entry is None or entry.source is None else build.repository.text(entry.source)
            if entry is None or entry.source is None or text is None or not text.startswith("#!"):
                continue
            programs = {path for path, _ in build.binaries(stage)}
            last = _last_command(text)
            if last is None or not (last[1] in programs or last[1] == "$@"):
                continue
            line = text.splitlines()[last[0] - 1].strip().removesuffix("\\").rstrip()
            yield Mistake(
                word.span,
                f"{word.text} starts {last[1]} without exec: signals do not reach the program",
                f"write `exec {line}` there",
                related=build.related(Evidence(entry.source, last[0]), "without exec"),
            )
            break


@rule("GO312", "missing-program", severity=Severity.WARNING)
def missing_program(build: GoBuild) -> Mistakes:
    """The program starts another one that the image does not have.

    `exec.Command("git", ...)` needs git in the image. scratch and distroless have no programs at all, Alpine
    and Debian few: install it in the final stage, or do without, by a Go module that does the same.

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

        import "os/exec"

        func main() {
            if err := exec.Command("git", "version").Run(); err != nil {
                panic(err)
            }
        }
    """
    for one in started(build):
        for executed in one.program.executed:
            is_shell = executed.name in _SHELLS
            if is_shell and not lacks_shell(one.stage):
                continue
            if not is_shell and may_have_program(build.context, one.stage, (executed.name, executed.package)):
                continue
            has_nothing = is_scratch(one.stage) or is_distroless(one.stage)
            yield Mistake(
                one.words[0].span,
                f"the program starts {executed.name}, which is not in this image",
                f"a final stage on debian with {executed.package or executed.name} installed"
                if has_nothing
                else f"install {executed.package or executed.name}",
                related=build.related(executed.evidence, "started here", executed.name),
            )


@rule("GO314", "debug-image", severity=Severity.WARNING, mentions=("debug",))
def debug_image(build: GoBuild) -> Mistakes:
    """The image that is shipped stands on the debug variant of distroless, which has a shell.

    It is there to look around while something is searched for. Whoever breaks in has busybox, too.

    Bad:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN CGO_ENABLED=0 go build -o /app .

        FROM gcr.io/distroless/static-debian12:debug-nonroot
        COPY --from=build /app /app
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
        RUN CGO_ENABLED=0 go build -o /app .

        FROM gcr.io/distroless/static-debian12:nonroot
        COPY --from=build /app /app
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        func main() {}
    """
    for stage in build.shipped:
        image = parse_image(stage.root.base or "")
        if "distroless/" not in image.name or "debug" not in image.tag or "debug" in (stage.name or ""):
            continue
        tag = {"debug": "nonroot", "debug-nonroot": "nonroot"}.get(image.tag, "nonroot")
        span = _tag_place(stage, image.tag)
        yield Mistake(
            stage.root.start.image.span if span is None else span,
            f"{image.tag} is distroless with a shell",
            f"{image.name}:{tag}, and a stage of its own for debugging",
            None if span is None else replace(span, tag, f"take {tag}", safe=False),
        )


def _tag_place(stage: Stage, tag: str) -> Span | None:
    """Return where the tag of a base image is written; None where it comes from an argument."""
    word = stage.root.start.image
    if not word.text.endswith(f":{tag}"):
        return None
    from gendock.dockerfile import Span

    return Span(word.span.end - len(tag), word.span.end)


def _last_command(text: str) -> tuple[int, str] | None:
    """Return the line of a script's last command, from 1, and the program that it starts."""
    from gendock.shell import read_script

    found = read_script(text)
    commands = [command for command in found.commands if command.words and not command.inside]
    if found.is_broken or not commands:
        return None
    last = commands[-1]
    if last.program in _SCRIPT_END or last.after == "&":
        return None
    return text.count("\n", 0, last.start) + 1, last.words[0].text
