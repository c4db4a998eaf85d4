"""Stages by their names: what they are called, and what refers to them."""

from __future__ import annotations

from gendock.dockerfile import Copy, Dockerfile, ProblemKind
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.profiles import Level
from gendock.lint.stage_renames import rename
from gendock.lint.stage_uses import find_stage
from gendock.lint.syntax import refused

# BuildKit has its own meaning for these.
_RESERVED = {"scratch": "the empty image", "context": "the build context"}


@rule("DL3022", "copy-from-no-stage", severity=Severity.WARNING, level=Level.STRICT, needs=(Copy,))
def copy_from_no_stage(context: BuildContext) -> Mistakes:
    """COPY --from names no stage of this file.

    It is then a build context that `docker build --build-context` has to give, or an image without a tag:
    today's `latest`. An image with a tag or a digest is meant so.

    Bad:
        FROM debian:12
        COPY --from=busybox /bin/busybox /bin/
    """
    own = {problem.span for problem in context.file.all_problems if problem.kind is ProblemKind.OWN_STAGE}
    for stage in context.stages:
        for copy in stage.of(Copy):
            flag = copy.flag("from")
            if flag is None or flag.value is None or not flag.value.text or ":" in flag.value.text:
                continue
            name = flag.value
            if name.span not in own and find_stage(name.text, stage, context.stages) is None:
                yield Mistake(
                    name.span,
                    f"no earlier stage is called {name.text}",
                    f"name a stage, or give the image a version: `--from={name.text}:<version>`",
                )


@rule(
    "DL3023", "copy-from-itself", severity=Severity.ERROR, also=("DS-0006",), needs=(ProblemKind.OWN_STAGE,)
)
def copy_from_itself(file: Dockerfile) -> Mistakes:
    """COPY --from or a mount's `from` names the stage in which it stands.

    A stage cannot take files from itself: BuildKit stops with "circular dependency detected in stage".

    Bad:
        FROM debian:12 AS build
        COPY --from=build /app /app
    """
    return refused(file, ProblemKind.OWN_STAGE)


@rule(
    "DL3024",
    "duplicate-stage",
    severity=Severity.ERROR,
    also=("DuplicateStageName", "DUPLICATE_BUILD_STAGE_NAME", "DS-0012", "CKV_DOCKER_11"),
)
def duplicate_stage(context: BuildContext) -> Mistakes:
    """Two stages have the same name.

    `COPY --from` and `FROM` mean the later one, and so does `docker build --target`; the earlier one cannot
    be reached any more. Capitals make no difference.

    Bad:
        FROM golang:1.26 AS build
        RUN go install example.com/app@v1.2.3

        FROM node:24 AS build
        RUN npm ci

        FROM debian:12
        COPY --from=build /site /site

    Good:
        FROM golang:1.26 AS build
        RUN go install example.com/app@v1.2.3

        FROM node:24 AS build-2
        RUN npm ci

        FROM debian:12
        COPY --from=build-2 /site /site
    """
    seen: dict[str, int] = {}
    for stage in context.stages:
        alias = stage.start.alias
        if alias is None:
            continue
        seen[stage.name] = seen.get(stage.name, 0) + 1
        if seen[stage.name] > 1:
            yield Mistake(
                alias.span,
                f"an earlier stage is also called {stage.name}",
                "give each stage its own name",
                rename(stage, context.stages, f"{stage.name}-{seen[stage.name]}"),
            )


@rule("DL3063", "reserved-stage-name", severity=Severity.WARNING, also=("ReservedStageName",))
def reserved_stage_name(context: BuildContext) -> Mistakes:
    """A stage is called `scratch` or `context`.

    Both names have a meaning of their own: `FROM scratch` begins with nothing, and `context` is what
    `docker build` sends. With a stage of that name, a reader cannot tell which is meant.

    Bad:
        FROM debian:12 AS context
        COPY . /src

        FROM debian:12
        COPY --from=context /src/app /app

    Good:
        FROM debian:12 AS context-stage
        COPY . /src

        FROM debian:12
        COPY --from=context-stage /src/app /app
    """
    for stage in context.stages:
        alias = stage.start.alias
        if alias is None or stage.name not in _RESERVED:
            continue
        # Who writes FROM scratch below surely means the empty image.
        is_base = any(one.parent is stage for one in context.stages)
        yield Mistake(
            alias.span,
            f"{stage.name} is BuildKit's own name for {_RESERVED[stage.name]}",
            "give the stage another name",
            None if is_base else rename(stage, context.stages, f"{stage.name}-stage"),
        )
