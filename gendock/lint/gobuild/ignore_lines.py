"""The fix that puts lines at the end of the ignore file of a build, or writes one."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from gendock.lint.mistake import Addition, Applicability, Fix

if TYPE_CHECKING:
    from gendock.lint.gobuild.go_build import GoBuild

# What no line of an ignore file means as it is written: signs of patterns, blanks at an end, line ends.
_ODD = re.compile(r"\A(?:\s|[!#])|\s\Z|[\\*?\[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def lines_for_ignore_file(
    build: GoBuild, paths: Iterable[str], *, safe: bool, takes_back: bool = False
) -> Fix | None:
    """Return the fix that adds paths to the ignore file that counts; None where one would mean more there.

    Args:
        build: the build.
        paths: one a line, in order, perhaps behind `**/`.
        safe: the image does the same afterwards, or could not be built before.
        takes_back: they go in after all (`!path`), instead of staying out.
    """
    lines = tuple(paths)
    if any(_ODD.search(line.removeprefix("**/")) for line in lines):
        return None
    path = build.files.ignore_name or build.files.to_repository(".dockerignore")
    rows = (build.repository.text(path) or "").splitlines()
    sign = "!" if takes_back else ""
    text = "".join(f"{sign}{line}\n" for line in lines)
    addition = Addition(posixpath.relpath(path, build.repository.below), len(rows) + 1, text)
    applicability = Applicability.SAFE if safe else Applicability.UNSAFE
    return Fix(f"add to {posixpath.basename(path)}", (), applicability, (addition,))
