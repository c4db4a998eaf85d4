"""Where package managers and compilers keep what they could use again in the next build."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from gendock.dockerfile import User
from gendock.lint.cleanups import variables_before
from gendock.lint.images import parse_image
from gendock.lint.package_managers import Manager
from gendock.lint.users import is_root

if TYPE_CHECKING:
    from gendock.lint.package_managers import PackageCall
    from gendock.lint.scripts import Script
    from gendock.shell import Command, Word

_HOME = "/root"
_LOCKED = ",sharing=locked"
_GO_COMPILES = frozenset({"build", "install", "test", "run", "vet"})
_GO_FETCHES = frozenset({"download", "tidy", "vendor"})
_INSTALLS = {
    Manager.APT: ("install", "update", "upgrade", "dist-upgrade", "full-upgrade", "build-dep"),
    Manager.APK: ("add", "update", "upgrade"),
    Manager.YUM: ("install", "update", "upgrade", "groupinstall", "localinstall"),
    Manager.DNF: ("install", "update", "upgrade", "groupinstall", "localinstall"),
    Manager.ZYPPER: ("install", "in", "update", "up", "patch"),
    Manager.PIP: ("install",),
    Manager.NPM: ("install", "i", "ci", "add"),
    Manager.YARN: ("install", "add"),
    Manager.PNPM: ("install", "i", "add"),
}
_SHARED = {
    Manager.APK: "/var/cache/apk",
    Manager.YUM: "/var/cache/yum",
    Manager.DNF: "/var/cache/dnf",
    Manager.ZYPPER: "/var/cache/zypp",
}
# The variables that name the folder, and where it is without them.
_OWN = {
    Manager.PIP: (("PIP_CACHE_DIR",), f"{_HOME}/.cache/pip"),
    Manager.NPM: (("npm_config_cache", "NPM_CONFIG_CACHE"), f"{_HOME}/.npm"),
    Manager.YARN: (("YARN_CACHE_FOLDER",), "/usr/local/share/.cache/yarn"),
}
_UNCACHED = {"apk": "--no-cache", "pip": "--no-cache-dir", "uv": "--no-cache", "bun": "--no-cache"}


class CacheUse(msgspec.Struct, frozen=True):
    """What one call keeps for the next time.

    Attributes:
        word: the word of the call to point at.
        folders: where it keeps it, each with further fields of a mount.
        refusals: the words that tell it to keep nothing.
    """

    word: Word
    folders: tuple[tuple[str, str], ...]
    refusals: tuple[Word, ...]


def cache_uses(script: Script) -> Iterator[CacheUse]:
    """Yield what the calls of a script keep, where that is known: not for users other than root."""
    if not (script.package_calls or any(call.program in _PROGRAMS for call in script.calls)):
        return
    if not _runs_as_root(script):
        return
    variables = variables_before(script)
    packages = {call.outer.start: call for call in script.package_calls}
    for outer, command in zip(script.commands, script.calls, strict=True):
        call = packages.get(outer.start)
        if call is not None:
            folders = _of_manager(call, variables, script)
            name = call.manager.value
        else:
            folders = _of_program(command, variables, script)
            name = command.program
        if folders:
            refusal = _UNCACHED.get(name)
            refusals = tuple(word for word in command.arguments if refusal and word.text == refusal)
            yield CacheUse(command.words[0], folders, refusals)


def _runs_as_root(script: Script) -> bool:
    for stage in script.stage.lineage():
        for user in reversed(stage.of(User)):
            if stage is not script.stage or user.span.start < script.run.span.start:
                return is_root(user)
    return True


def _of_manager(call: PackageCall, variables: dict[str, str], script: Script) -> tuple[tuple[str, str], ...]:
    manager = call.manager
    if call.family not in ("", "group", "groups", "module", "global") or call.program == "pipx":
        return ()
    if call.does not in _INSTALLS.get(manager, ()):
        return ()
    if manager is Manager.APT:
        return (("/var/cache/apt", _LOCKED), ("/var/lib/apt", _LOCKED))
    if manager is Manager.DNF and _base(script).endswith("fedora"):
        return (("/var/cache/libdnf5", _LOCKED),)
    if manager in _SHARED:
        return ((_SHARED[manager], _LOCKED),)
    names, usual = _OWN.get(manager, ((), ""))
    folder = _pnpm_store(variables) if manager is Manager.PNPM else _said(variables, *names) or usual
    return ((folder, ""),) if _is_known(folder) else ()


def _pnpm_store(variables: dict[str, str]) -> str:
    home = variables.get("PNPM_HOME", "")
    return f"{home}/store" if home else f"{_HOME}/.local/share/pnpm/store"


def _of_program(command: Command, variables: dict[str, str], script: Script) -> tuple[tuple[str, str], ...]:
    find = _PROGRAMS.get(command.program)
    if find is None:
        return ()
    folders = find(command, variables, script)
    return tuple((folder, "") for folder in folders if _is_known(folder))


def _go(command: Command, variables: dict[str, str], script: Script) -> Iterator[str]:
    """Yield Go's folders: modules for what fetches, and compiled packages for what compiles."""
    texts = command.texts
    if texts[:1] == ("-C",):
        texts = texts[2:]
    verb = texts[0] if texts else ""
    compiles = verb in _GO_COMPILES
    fetches = compiles or verb == "get" or (verb == "mod" and texts[1:2] and texts[1] in _GO_FETCHES)
    if fetches and not any("-mod=vendor" in text for text in (*texts, variables.get("GOFLAGS", ""))):
        home = variables.get("GOPATH") or ("/go" if "golang" in _base(script) else f"{_HOME}/go")
        yield variables.get("GOMODCACHE") or f"{home}/pkg/mod"
    if compiles:
        yield variables.get("GOCACHE") or f"{_HOME}/.cache/go-build"


def _cargo(command: Command, variables: dict[str, str], script: Script) -> Iterator[str]:
    del script
    if command.texts[:1] and command.texts[0] in ("build", "install", "test", "check", "run", "fetch"):
        home = variables.get("CARGO_HOME") or "/usr/local/cargo"
        yield f"{home}/registry"
        yield f"{home}/git/db"


def _uv(command: Command, variables: dict[str, str], script: Script) -> Iterator[str]:
    del script
    if command.texts[:1] == ("sync",) or command.texts[:2] in (
        ("pip", "install"),
        ("pip", "sync"),
        ("tool", "install"),
        ("python", "install"),
    ):
        yield variables.get("UV_CACHE_DIR") or f"{_HOME}/.cache/uv"


def _bun(command: Command, variables: dict[str, str], script: Script) -> Iterator[str]:
    del script
    if command.texts[:1] and command.texts[0] in ("install", "i", "add"):
        yield variables.get("BUN_INSTALL_CACHE_DIR") or f"{_HOME}/.bun/install/cache"


def _dotnet(command: Command, variables: dict[str, str], script: Script) -> Iterator[str]:
    del script
    if command.texts[:1] and command.texts[0] in ("restore", "build", "publish", "test"):
        yield variables.get("NUGET_PACKAGES") or f"{_HOME}/.nuget/packages"


def _composer(command: Command, variables: dict[str, str], script: Script) -> Iterator[str]:
    del script
    if any(text in ("install", "require", "update") for text in command.texts[:1]):
        yield variables.get("COMPOSER_CACHE_DIR") or f"{_HOME}/.cache/composer"


_PROGRAMS: dict[str, Callable[[Command, dict[str, str], Script], Iterator[str]]] = {
    "go": _go,
    "cargo": _cargo,
    "uv": _uv,
    "bun": _bun,
    "dotnet": _dotnet,
    "composer": _composer,
}


def _said(variables: dict[str, str], *names: str) -> str:
    return next((variables[name] for name in names if variables.get(name)), "")


def _is_known(folder: str) -> bool:
    """Tell whether a folder is written out: whole, and without variables."""
    return folder.startswith("/") and not any(sign in folder for sign in "$, \"'\\")


def _base(script: Script) -> str:
    """Return the name of the image that a script's stage stands on in the end."""
    return parse_image(script.stage.root.base or "").name.rpartition("/")[2]
