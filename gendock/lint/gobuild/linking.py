"""How a program is linked: with which C library, and what it needs to start.

Sources: `go help buildmode`; cmd/link, which names /lib64/ld-linux-x86-64.so.2 as the interpreter of a
program that is position-independent or uses cgo; the glibc of Debian's releases
(tracker.debian.org/pkg/glibc).
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from gendock.lint.bases import is_distroless, is_scratch
from gendock.lint.gobuild.programs_at_hand import C_COMPILERS, may_have_program
from gendock.lint.images import parse_image

if TYPE_CHECKING:
    from gendock.dockerfile import Stage
    from gendock.golang import Evidence, Program
    from gendock.lint.gobuild.go_build import GoBuild
    from gendock.lint.gobuild.go_calls import GoCall

# What of the standard library links C where cgo is on, and the tag that has it do without.
_LINKING = {"net": "netgo", "os/user": "osusergo"}
_DEBIAN = {"bullseye": 11, "bookworm": 12, "trixie": 13, "forky": 14}
_DISTROLESS_RELEASE = re.compile(r"-debian(\d+)\Z")


class Libc(StrEnum):
    """A C library, by the name that people know."""

    GLIBC = "glibc"
    MUSL = "musl"


def needed_libc(build: GoBuild, call: GoCall, program: Program) -> Libc | None:
    """Return the C library that a program asks for when it starts; None for none, or where nobody knows."""
    if _is_static(call) or not _uses_cgo(build, call, program):
        return _of_builder(call.stage) if is_position_independent(call) else None
    return _of_builder(call.stage)


def is_position_independent(call: GoCall) -> bool:
    """Tell whether a program without C is linked so that it needs an interpreter all the same."""
    return call.flag("buildmode") == "pie" and not _is_static(call)


def offered_libc(stage: Stage) -> tuple[Libc | None, bool]:
    """Return the C library of an image, and whether that is known."""
    image = parse_image(stage.root.base or "")
    if is_scratch(stage):
        return None, True
    if is_distroless(stage):
        return (None if "/static" in image.name else Libc.GLIBC), True
    if image.official == "alpine" or "alpine" in image.tag:
        return Libc.MUSL, bool(image.official)
    if image.official in ("debian", "ubuntu", "golang"):
        return Libc.GLIBC, True
    return None, False


def debian_release(stage: Stage) -> int | None:
    """Return the number of the Debian release that a stage stands on; None where that is not known."""
    image = parse_image(stage.root.base or "")
    found = _DISTROLESS_RELEASE.search(image.name)
    if found is not None:
        return int(found[1])
    if image.official not in ("debian", "golang"):
        return None
    for name, number in _DEBIAN.items():
        if name in image.tag:
            return number
    first = image.tag.partition(".")[0].partition("-")[0]
    return int(first) if image.official == "debian" and first.isdigit() else None


def _of_builder(stage: Stage) -> Libc | None:
    found, known = offered_libc(stage)
    return found if known else None


def _is_static(call: GoCall) -> bool:
    return "-static" in (call.flag("ldflags") or "") or "musl-gcc" in (call.variable("CC") or "")


def _uses_cgo(build: GoBuild, call: GoCall, program: Program) -> bool:
    setting = call.variable("CGO_ENABLED")
    if setting == "0" or call.is_unknown("CGO_ENABLED") or _is_crossing(call):
        return False
    if setting is None and not may_have_program(build.context, call.stage, C_COMPILERS, call.run):
        return False
    if program.cgo is not None:
        return True
    return linking_import(call, program) is not None


def linking_import(call: GoCall, program: Program) -> Evidence | None:
    """Return the place that imports a package of the standard library which links C where cgo is on."""
    from gendock.golang import Evidence

    packages = call.repository.packages
    package = packages.get(program.package)
    for one in packages.reached(package) if package is not None else ():
        for file, imported in one.imports:
            for path, tag in _LINKING.items():
                if (imported.path == path or imported.path.startswith(f"{path}/")) and tag not in call.tags:
                    return Evidence(file.path, imported.line)
    return None


def _is_crossing(call: GoCall) -> bool:
    """Tell whether the build may be for another platform, for which cgo is off by itself."""
    return call.variable("CGO_ENABLED") is None and ("GOARCH" in call.environment)
