"""The fix that puts lines at the end of the ignore file of a build, or writes one."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import TYPE_CHECKING

from gendock.lint.mistake import Addition, Applicability, Fix

if TYPE_CHECKING:
    from gendock.lint.gobuild.go_build import GoBuild


def lines_for_ignore_file(build: GoBuild, patterns: Iterable[str], *, safe: bool) -> Fix:
    """Return the fix that adds patterns to the ignore file that counts.

    Args:
        build: the build.
        patterns: the lines, in order.
        safe: the image does the same afterwards, or could not be built before.
    """
    path = build.files.ignore_name or build.files.to_repository(".dockerignore")
    rows = (build.repository.text(path) or "").splitlines()
    text = "".join(f"{pattern}\n" for pattern in patterns)
    addition = Addition(posixpath.relpath(path, build.repository.below), len(rows) + 1, text)
    applicability = Applicability.SAFE if safe else Applicability.UNSAFE
    return Fix(f"add to {posixpath.basename(path)}", (), applicability, (addition,))
