"""Cache mounts of go commands: at the folders that go uses, and writable for its user."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gendock.dockerfile import Run, Span
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.gobuild import GoBuild, Step
from gendock.lint.gobuild.go_folders import build_cache, cache_mounts, is_root_name, module_cache
from gendock.lint.mistake import replace
from gendock.lint.paths import is_below

if TYPE_CHECKING:
    from gendock.dockerfile import Flag
    from gendock.dockerfile.mounts import Mount

_MODULES = "/pkg/mod"
_COMPILED = "/go-build"


@rule("GO107", "unused-cache-mount", severity=Severity.WARNING, needs=(Run,), mentions=("type=cache",))
def unused_cache_mount(build: GoBuild) -> Mistakes:
    """A cache mount is at a folder that go does not use, or may not write to.

    Modules are in GOMODCACHE, which is /go/pkg/mod in Go's own image; compiled packages are in GOCACHE, which
    is .cache/go-build in the home of the user. A mount elsewhere keeps nothing. A new cache mount belongs to
    root: for another user, it needs `uid=`.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN --mount=type=cache,target=/root/go/pkg/mod go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26

    Good:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN --mount=type=cache,target=/go/pkg/mod go build -o /app .

        -- go.mod --
        module example.com/app

        go 1.26
    """
    for step in build.steps:
        if not step.calls or not isinstance(step.instruction, Run):
            continue
        for flag, mount, target in cache_mounts(step, step.instruction):
            mistake = _elsewhere(step, flag, mount, target) or _unwritable(step, flag, mount, target)
            if mistake is not None:
                yield mistake


def _elsewhere(step: Step, flag: Flag, mount: Mount, target: str) -> Mistake | None:
    """Return the mistake of a mount that looks as if it were Go's, at another folder than Go's."""
    call = step.calls[0]
    if target.endswith(_MODULES):
        used, name = module_cache(call, step.user), "modules"
    elif target.endswith(_COMPILED):
        used, name = build_cache(call, step.user), "compiled packages"
    else:
        return None
    span = _place(flag, mount, target)
    if used is None and is_below(target, "/root") and _has_own_home(step):
        return Mistake(
            span,
            f"nothing is kept in {target}: user {step.user} builds, whose home is another",
            "set GOCACHE to a folder of the user's, and mount the cache there with uid=",
        )
    if used is None or is_below(used, target) or is_below(target, used):
        return None
    exact = flag.value is not None and flag.value.text[span.start - flag.value.span.start :].startswith(
        target
    )
    return Mistake(
        span,
        f"nothing is kept in {target}: go has its {name} in {used}",
        f"mount the cache at {used}",
        replace(span, used, f"mount it at {used}") if exact else None,
    )


def _has_own_home(step: Step) -> bool:
    """Tell whether another user than root builds, and nothing says that root's home is meant all the same."""
    user = step.user or ""
    call = step.calls[0]
    told = any(name in call.environment for name in ("HOME", "GOCACHE", "XDG_CACHE_HOME"))
    return bool(user) and "$" not in user and not is_root_name(user) and not told


def _unwritable(step: Step, flag: Flag, mount: Mount, target: str) -> Mistake | None:
    """Return the mistake of a mount that belongs to root, where go runs as another user."""
    user = step.user
    if user is None or "$" in user or is_root_name(user) or mount.get("uid") or mount.get("mode"):
        return None
    if mount.get("from") or not any(target == one for one in _used(step)):
        return None
    number = user.partition(":")[0]
    return Mistake(
        _place(flag, mount, target),
        f"{target} belongs to root in a cache mount, and user {number} may not write to it",
        f"add uid={number}" if number.isdigit() else "add uid= with the number of the user",
        severity=Severity.ERROR,
    )


def _used(step: Step) -> Iterator[str]:
    for call in step.calls:
        for folder in (module_cache(call, step.user), build_cache(call, step.user)):
            if folder is not None:
                yield folder


def _place(flag: Flag, mount: Mount, target: str) -> Span:
    """Return where the target is written; the whole flag where it has variables in it."""
    if flag.value is None:
        return flag.span
    written = mount.get("target") or target
    at = flag.value.text.find(written)
    start = flag.value.span.start + at
    return Span(start, start + len(written)) if at >= 0 else flag.value.span
