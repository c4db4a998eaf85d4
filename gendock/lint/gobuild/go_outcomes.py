"""What a go command leaves in its stage: the programs that it builds, and files that nobody can name."""

from __future__ import annotations

import posixpath

from msgspec import Struct

from gendock.lint.gobuild.go_calls import GoCall, binary_names
from gendock.lint.gobuild.trees import ANYWHERE

_QUIET = frozenset(
    {
        *("mod download", "mod verify", "mod graph", "mod why", "version", "env", "vet", "list", "test"),
        *("fmt", "clean", "doc", "help", "bug"),
    }
)
# What changes go.mod and its like, or installs programs of other modules.
_CHANGING = frozenset(
    {"install", "get", "mod tidy", "mod init", "mod edit", "work init", "work use", "work sync"}
)

_MODULE_FILES = ("go.mod", "go.sum", "go.work", "go.work.sum")


class Outcome(Struct, frozen=True):
    """The paths of programs, and the folders into which more may have been put."""

    programs: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def outcome_of(call: GoCall) -> Outcome:
    """Return what a go command leaves."""
    here = call.folder or ANYWHERE
    if call.builds:
        return _built(call)
    if call.verb in _QUIET:
        return Outcome()
    if call.verb == "mod vendor" and call.module_folder is not None:
        return Outcome(unknown=(posixpath.join(call.module_folder, "vendor"),))
    if call.verb in _CHANGING:
        changed = (posixpath.join(here, name) for name in _MODULE_FILES)
        return Outcome(unknown=("/go/bin", "/root/go/bin", *changed))
    return Outcome(unknown=(here,))


def _built(call: GoCall) -> Outcome:
    names = tuple(name for _, name in binary_names(call))
    if call.verb == "install":
        return _into(call.variable("GOBIN") or f"{call.variable('GOPATH') or '/root/go'}/bin", names)
    if call.flag("o"):
        if call.output is None:
            return Outcome(unknown=(ANYWHERE,))
        return _into(call.output, names) if call.output_is_folder else Outcome((call.output,))
    if call.folder is None:
        return Outcome(unknown=(ANYWHERE,))
    if call.files:
        name = posixpath.basename(call.files[0].text).removesuffix(".go")
        return Outcome((posixpath.join(call.folder, name),))
    # Without a go.mod that can be read, nobody knows a program's name.
    if len(call.built) == 1 and (names or call.module is None):
        return _into(call.folder, names)
    # Several packages are compiled, and thrown away.
    return Outcome() if call.built else Outcome(unknown=(call.folder,))


def _into(folder: str, names: tuple[str, ...]) -> Outcome:
    """Return programs by their names in a folder; where none is known, nobody knows what is there."""
    if not names:
        return Outcome(unknown=(folder,))
    return Outcome(tuple(posixpath.join(folder, name) for name in names))
