"""Which line of the ignore file keeps a file of the repository out of the build context: said, and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gendock.lint.gobuild.go_build import GoBuild
    from gendock.lint.mistake import Related


def kept_out_by(build: GoBuild, path: str) -> str:
    """Return which line keeps a file of the repository out of the build context; empty where none does."""
    inside = build.files.from_repository(path)
    pattern = None if inside is None else build.files.excluding(inside)
    if pattern is None or path not in build.repository.files:
        return ""
    return f"{build.files.ignore_name} leaves {inside} out by `{pattern.text}`"


def keeping_line(build: GoBuild, path: str) -> tuple[Related, ...]:
    """Return the line of the ignore file that keeps a file of the repository out."""
    inside, name = build.files.from_repository(path), build.files.ignore_name
    pattern = None if inside is None else build.files.excluding(inside)
    if pattern is None or name is None or path not in build.repository.files:
        return ()
    return build.related_row(name, pattern.row, "this pattern excludes it")
