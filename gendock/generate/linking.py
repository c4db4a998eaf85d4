"""What `-ldflags -X` writes into a program: its version, its commit, the time of its build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendock.generate.decision import Decision
from gendock.generate.escaping import Placed, identifier, import_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gendock.golang import Program

ARGUMENTS = {"version": "VERSION", "commit": "REVISION", "date": "CREATED"}
DEFAULTS = {"VERSION": "dev", "REVISION": "unknown", "CREATED": "unknown"}
_MOST = 8


def linker_flags(program: Program) -> Placed:
    """The value of -ldflags: no tables for debuggers, and the variables that the program has for it.

    Raises:
        RefusedError: a variable has a name that cannot be said.
    """
    words = ["-s -w"]
    for one in program.linked[:_MOST]:
        name = f"{import_path(one.package)}.{identifier(one.name)}"
        words.append(f"-X {name}=${ARGUMENTS[one.role]}")
    return Placed(" ".join(words))


def linked_arguments(program: Program) -> tuple[str, ...]:
    """The build arguments that fill these variables, in the order of DEFAULTS."""
    roles = {one.role for one in program.linked[:_MOST]}
    return tuple(name for role, name in ARGUMENTS.items() if role in roles)


def link_decisions(program: Program) -> Iterator[Decision]:
    """What fills the variables of a program."""
    for one in program.linked[:_MOST]:
        name = ARGUMENTS[one.role]
        passed = f"; the repository's own build passes it, too ({one.passed})" if one.passed else ""
        yield Decision(
            one.role,
            f"--build-arg {name}=... sets {one.package}.{one.name}",
            f"the program has a variable for it; the argument costs one step{passed}",
            ("-ldflags by hand",),
            one.evidence,
        )
