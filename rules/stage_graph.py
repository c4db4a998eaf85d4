"""Stages and what they are for: used by nobody, empty, or one where two would do."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import pairwise

from gendock.dockerfile import (
    Add,
    Cmd,
    Copy,
    Entrypoint,
    Instruction,
    Run,
    Source,
    Span,
    Stage,
    Workdir,
    nearest,
)
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.bases import is_scratch, is_windows, plain, steps
from gendock.lint.context import BuildContext
from gendock.lint.mistake import Applicability, Edit, Fix
from gendock.lint.profiles import Level
from gendock.lint.stage_uses import find_stage, from_words, stages_used_by, used_stages

# Stages with such names are built by `--target`.
_TARGETS = frozenset(
    """
    test tests lint check vet bench coverage ci dev develop development debug local prod production release
    docs export artifacts artifact binaries update validate vendor generate
""".split()
)
_REMOVING = frozenset({"autoremove", "del", "erase", "purge", "remove"})
_COMPILING = {
    "go": frozenset({"build", "install"}),
    "cargo": frozenset({"build", "install"}),
    "dotnet": frozenset({"publish", "build"}),
    "mvn": frozenset({"package", "install", "verify"}),
    "mvnw": frozenset({"package", "install", "verify"}),
    "gradle": frozenset({"build", "assemble", "bootJar", "installDist"}),
    "gradlew": frozenset({"build", "assemble", "bootJar", "installDist"}),
    "swift": frozenset({"build"}),
    "stack": frozenset({"build", "install"}),
    "cabal": frozenset({"build", "install"}),
}
_COMPILERS = frozenset({"gcc", "g++", "clang", "clang++", "cc", "c++", "rustc", "javac", "make", "cmake"})


@rule(
    "GD130",
    "unused-stage",
    severity=Severity.WARNING,
    also=("no-unreachable-stages",),
    level=Level.STRICT,
)
def unused_stage(context: BuildContext) -> Mistakes:
    """No image that is shipped uses a stage.

    BuildKit does not build such a stage unless somebody asks for it with `--target`, so nobody notices when
    it is broken. A stage that starts something (CMD, ENTRYPOINT), and one whose name says what it is for
    (`test`, `dev`), is taken for such a target.

    Bad:
        FROM golang:1.26 AS tools
        RUN go install golang.org/x/tools/cmd/stringer@v0.40.0

        FROM golang:1.26 AS build
        RUN go version > /version

        FROM debian:12
        COPY --from=build /version /version

    Good:
        FROM golang:1.26 AS build
        RUN go version > /version

        FROM debian:12
        COPY --from=build /version /version
    """
    stages = context.stages
    if len(stages) < 2 or _is_misspelt(stages):
        return
    wanted = [stage for stage in stages if stage.is_final or _is_target(stage)]
    used: set[int] = set()
    while wanted:
        stage = wanted.pop()
        if stage.index not in used:
            used.add(stage.index)
            wanted += stages_used_by(stage, stages)
    by_number = any(
        word.text.isdecimal() for stage in stages for one in stage.instructions for word in from_words(one)
    )
    needed = used_stages(stages)
    for stage, after in pairwise(stages):
        if stage.index in used:
            continue
        name = stage.name or f"number {stage.index}"
        # Numbers of other stages would change with it, and what rests on it has to go first.
        fix = None if by_number or stage.index in needed else _without(context, stage, after)
        yield Mistake(
            stage.start.alias.span if stage.start.alias else stage.start.image.span,
            f"no image uses the stage {name}",
            "delete it, or take files from it with COPY --from",
            fix,
        )


def _is_misspelt(stages: tuple[Stage, ...]) -> bool:
    """Tell whether a stage may be meant where it is not named: what then is unused, nobody knows."""
    names = [stage.name for stage in stages if stage.name]
    for stage in stages:
        for one in stage.instructions:
            flag = one.flag("from")
            if flag is not None and flag.value is None:
                return True
            for word in from_words(one):
                if find_stage(word.text, stage, stages) is None and nearest(word.text, names) is not None:
                    return True
    return False


def _is_target(stage: Stage) -> bool:
    starts = any(isinstance(one, Cmd | Entrypoint) for one in stage.instructions)
    return starts or not _TARGETS.isdisjoint(stage.name.replace("_", "-").split("-"))


def _without(context: BuildContext, stage: Stage, after: Stage) -> Fix:
    """Return the fix that takes a stage out, with the comments above it."""
    source = context.file.source
    whole = Span(_first_line(source, stage.start), _first_line(source, after.start))
    return Fix(f"delete the stage {stage.name or stage.index}", (Edit(whole, ""),), Applicability.UNSAFE)


def _first_line(source: Source, instruction: Instruction) -> int:
    """Return where an instruction's lines begin, the comments right above it included."""
    first = instruction.span.start
    for comment in reversed(instruction.comments):
        if source.text[comment.span.end : first].count("\n") != 1:
            break
        first = comment.span.start
    return source.text.rfind("\n", 0, first) + 1


@rule(
    "GD131",
    "single-stage-build",
    severity=Severity.INFO,
    also=("prefer-multi-stage-build",),
    level=Level.STRICT,
    shipped=True,
)
def single_stage_build(context: BuildContext) -> Mistakes:
    """The image is shipped with the tools that compiled the program.

    A compiler, its caches and the source make an image ten times as large, and give whoever breaks in the
    tools to go on. Build in a first stage, and copy the program into a second one that has nothing else.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go build -o /app .
        CMD ["/app"]
    """
    if len(context.file.stages) != 1:
        return
    for script in context.scripts:
        removals = [call.outer.start for call in script.package_calls if call.does in _REMOVING]
        for call in script.calls:
            verbs = _COMPILING.get(call.program)
            if call.program not in _COMPILERS and (verbs is None or verbs.isdisjoint(call.texts)):
                continue
            # What compiles and then removes its tools in one RUN ships no compiler.
            if any(call.words[0].start < start for start in removals):
                continue
            yield Mistake(
                Span(call.words[0].start, call.words[-1].end),
                f"{call.program} compiles in the image that is shipped, so its tools are shipped as well",
                "build in a separate stage, and `COPY --from=build` the program into a small image",
            )
            return


@rule(
    "GD132",
    "copy-from-empty-stage",
    severity=Severity.ERROR,
    also=("copy-from-empty-scratch-stage",),
    mentions=("scratch",),
)
def copy_from_empty_stage(context: BuildContext) -> Mistakes:
    """COPY --from takes a file of a stage that has none.

    The stage begins with `scratch`, and no COPY, ADD or RUN puts anything there. The build stops with "not
    found".

    Bad:
        FROM scratch AS files
        ENV NAME=app

        FROM debian:12
        COPY --from=files /app /app
    """
    for stage in context.stages:
        for copy in stage.of(Copy):
            flag = copy.flag("from")
            if flag is None or flag.value is None:
                continue
            source = find_stage(flag.value.text, stage, context.stages)
            named = flag.value.text
            if source is None and named != "scratch":
                continue
            if source is not None and (not is_scratch(source) or is_windows(source)):
                continue
            folders = set(_folders(source)) if source is not None else {"/"}
            missing = next((word for word in copy.sources if _is_missing(plain(word), folders)), None)
            if missing is not None:
                yield Mistake(
                    missing.span,
                    f"{missing.text} is not in {named}: nothing is put into that stage",
                    "name the stage that makes the file",
                )


def _folders(stage: Stage) -> Iterator[str]:
    """Yield the folders that an empty stage has all the same; `*` where there is more in it."""
    yield "/"
    for one in steps(stage):
        if isinstance(one, Copy | Add | Run):
            yield "*"
    for below in stage.lineage():
        for workdir in below.of(Workdir):
            path = below.working_directory() or plain(workdir.value)
            while path not in ("/", ""):
                yield path
                path = posixpath.dirname(path)


def _is_missing(source: str, folders: set[str]) -> bool:
    if "*" in folders or any(mark in source for mark in "*?[$") or source.startswith("<<"):
        return False
    return posixpath.normpath(posixpath.join("/", source)) not in folders
