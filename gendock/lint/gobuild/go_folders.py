"""Where a go command keeps modules and compiled packages.

Source: `go help environment`: GOMODCACHE is GOPATH/pkg/mod, GOCACHE is the user's cache folder.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gendock.lint.cleanups import mount_of
from gendock.lint.gobuild.shell_values import expanded
from gendock.lint.paths import is_below

if TYPE_CHECKING:
    from gendock.dockerfile import Flag, Run
    from gendock.dockerfile.mounts import Mount
    from gendock.lint.gobuild.go_calls import GoCall
    from gendock.lint.gobuild.walk import Step

_ROOT = ("root", "0")


def module_cache(call: GoCall, user: str | None) -> str | None:
    """Return the folder that modules are unpacked in; None where that is not known.

    Args:
        call: the go command.
        user: whom it runs as; None for the one of the base image.
    """
    return (
        _said(call, "GOMODCACHE")
        or _joined(_said(call, "GOPATH"), "pkg/mod")
        or _home(call, user, "go/pkg/mod")
    )


def build_cache(call: GoCall, user: str | None) -> str | None:
    """Return the folder that compiled packages are kept in; None where that is not known."""
    return (
        _said(call, "GOCACHE")
        or _joined(_said(call, "XDG_CACHE_HOME"), "go-build")
        or _home(call, user, ".cache/go-build")
    )


def is_root_name(user: str) -> bool:
    """Tell whether what USER says is root."""
    return user.partition(":")[0] in _ROOT


def cache_mounts(step: Step, run: Run) -> Iterator[tuple[Flag, Mount, str]]:
    """Yield the cache mounts of a RUN with their targets, as far as those are known."""
    for flag in run.flags:
        mount = mount_of(flag)
        target = None if mount is None else expanded(mount.get("target"), step.variables)
        if mount is not None and target is not None and mount.kind == "cache":
            whole = target if target.startswith("/") else posixpath.join(step.folder or "/", target)
            yield flag, mount, posixpath.normpath(whole)


def keeps(step: Step, folder: str | None) -> bool:
    """Tell whether a RUN's cache mounts keep a folder; True, too, where nobody knows which folder it is."""
    if folder is None:
        return True
    run = next(iter(step.calls)).run
    return any(is_below(folder, target) for _, _, target in cache_mounts(step, run))


def _said(call: GoCall, name: str) -> str:
    return call.variable(name) or ""


def _joined(folder: str, rest: str) -> str:
    return posixpath.join(folder, rest) if folder else ""


def _home(call: GoCall, user: str | None, rest: str) -> str | None:
    if any(call.is_unknown(name) for name in ("HOME", "GOPATH", "GOCACHE", "GOMODCACHE", "XDG_CACHE_HOME")):
        return None
    home = _said(call, "HOME") or ("/root" if user is not None and is_root_name(user) else "")
    if not home and user is None and call.variable("GOTOOLCHAIN") is not None:
        home = "/root"  # Go's own image, which nobody has taken from root
    return posixpath.join(home, rest) if home else None
