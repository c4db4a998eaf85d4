"""Cache mounts: what the next build need not fetch or compile again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendock.dockerfile import Run, Span
from gendock.lint import Applicability, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.cache_folders import CacheUse, cache_uses
from gendock.lint.chains import delete_command
from gendock.lint.cleanups import mounts, removes
from gendock.lint.context import BuildContext
from gendock.lint.mistake import Edit
from gendock.lint.profiles import Level
from gendock.lint.scripts import Script

if TYPE_CHECKING:
    from gendock.shell import Command

_CLEANING = frozenset({"clean", "autoclean", "cc"})


@rule(
    "GD344",
    "missing-cache-mount",
    severity=Severity.INFO,
    also=("prefer-package-cache-mounts",),
    level=Level.STRICT,
    mentions=tuple("apt apk yum dnf zypper pip npm yarn go cargo uv bun dotnet composer".split()),
)
def missing_cache_mount(context: BuildContext) -> Mistakes:
    r"""What a RUN downloads or compiles is not kept for the next build.

    A cache mount is a folder that outlives the build and is not part of the image. When one source file
    has changed, Go compiles the packages that changed, and takes all others from the mount; when one line
    of go.mod has, it downloads one module. `go mod download` compiles nothing, so that it needs the
    modules' folder alone.

    In images of Debian, /etc/apt/apt.conf.d/docker-clean empties apt's folder after each install: delete that
    file first.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go build -o /app .

    Good:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN --mount=type=cache,target=/go/pkg/mod \
            --mount=type=cache,target=/root/.cache/go-build \
            go build -o /app .

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY go.mod go.sum ./
        RUN go mod download

    Good:
        FROM golang:1.26
        WORKDIR /src
        COPY go.mod go.sum ./
        RUN --mount=type=cache,target=/go/pkg/mod go mod download

    Bad:
        FROM debian:12
        RUN apt-get update && apt-get install -y gcc && apt-get clean && rm -rf /var/lib/apt/lists/*

    Good:
        FROM debian:12
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
            --mount=type=cache,target=/var/lib/apt,sharing=locked \
            apt-get update && apt-get install -y gcc
    """
    for script in context.scripts:
        uses = tuple(cache_uses(script))
        if not uses:
            continue
        wanted = dict(folder for use in uses for folder in use.folders)
        missing = {folder: fields for folder, fields in wanted.items() if not _is_mounted(script.run, folder)}
        refusals = [word for use in uses for word in use.refusals]
        if missing:
            first = next(use for use in uses if any(folder in missing for folder, _ in use.folders))
            yield Mistake(
                script.span(first.word),
                f"{first.word.text} starts with an empty {' and '.join(missing)} in every build",
                "give this RUN " + " ".join(_mount(folder, missing[folder]) for folder in missing),
                _mounting(context, script, uses, missing),
            )
        elif refusals:
            yield Mistake(
                script.span(refusals[0]),
                f"{refusals[0].text} leaves the cache mount of this RUN unused",
                f"leave {refusals[0].text} out",
                Fix("use the cache", tuple(map(script.delete, refusals)), Applicability.UNSAFE),
            )


def _is_mounted(run: Run, folder: str) -> bool:
    """Tell whether a mount lies over a folder, or may do so for all that is known."""
    for mount in mounts(run):
        target = mount.get("target").rstrip("/")
        if mount.kind in ("cache", "bind", "tmpfs") and (
            "$" in target or f"{folder}/".startswith(f"{target}/")
        ):
            return True
    return False


def _mount(folder: str, fields: str) -> str:
    return f"--mount=type=cache,target={folder}{fields}"


def _mounting(
    context: BuildContext, script: Script, uses: tuple[CacheUse, ...], missing: dict[str, str]
) -> Fix:
    """Return the fix that adds mounts, and takes out what would empty them or not use them."""
    flags = [_mount(folder, fields) for folder, fields in missing.items()]
    edits = [_flags(context, script.run, flags)]
    edits += [script.delete(word) for use in uses for word in use.refusals]
    edits += _without_cleaning(script, tuple(missing))
    return Fix("keep it in a cache mount", tuple(edits), Applicability.UNSAFE)


def _flags(context: BuildContext, run: Run, flags: list[str]) -> Edit:
    """Return the edit that gives a RUN some flags, behind those that it has."""
    at = (run.flags[-1].span if run.flags else run.keyword.span).end
    if len(flags) == 1 or run.heredocs or not context.file.source.text.startswith((" ", "\t"), at):
        return Edit(Span(at, at), "".join(f" {flag}" for flag in flags))
    goes_on = f" {context.file.escape}\n   "
    if run.flags:
        return Edit(Span(at, at), "".join(f"{goes_on} {flag}" for flag in flags))
    return Edit(Span(at, at), f" {f'{goes_on} '.join(flags)}{goes_on}")


def _without_cleaning(script: Script, folders: tuple[str, ...]) -> list[Edit]:
    """Return the edits that take out the commands that do nothing but empty some folders."""
    emptied = {*folders, *(f"{folder}/lists" for folder in folders)}
    calls = {call.outer.start: call for call in script.package_calls}
    found: list[Edit | None] = []
    for outer, command in zip(script.commands, script.calls, strict=True):
        call = calls.get(outer.start)
        cleans = call is not None and (call.does in _CLEANING or call.family == "cache")
        if cleans or (_removes_one(command) and removes(command, *emptied)):
            found.append(delete_command(script, outer))
    return [edit for edit in found if edit is not None]


def _removes_one(command: Command) -> bool:
    if command.program != "rm":
        return False
    return sum(not word.text.startswith("-") for word in command.arguments) == 1
