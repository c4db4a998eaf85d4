"""COPY and ADD against what `.dockerignore` keeps out."""

from __future__ import annotations

from gendock.dockerfile import Add, Copy, Instruction, Onbuild
from gendock.dockerfile.heredocs import parse_opener
from gendock.dockerfile.ignore_file import (
    IgnoreFile,
    IgnorePattern,
    IgnorePatternError,
    cleaned_path,
    read_ignore_file,
)
from gendock.dockerfile.remote_sources import GitSourceError, git_source
from gendock.lint import Mistake, Mistakes, Related, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.variables import steps

_ROOTS = (".", "/")
_EVERYTHING = ("*", "**", "**/*")


@rule("GD119", "copy-ignored-file", severity=Severity.WARNING, also=("CopyIgnoredFile",), needs=(Add, Copy))
def copy_ignored_file(context: BuildContext) -> Mistakes:
    """COPY or ADD names a file that `.dockerignore` excludes.

    The builder never sees it, and stops with "not found", although the file is there. Where the Dockerfile
    has an ignore file of its own beside it, such as `Dockerfile.dockerignore`, that one counts.

    As BuildKit does, gendock says nothing where the ignore file takes files back in with `!`.

    Bad:
        FROM debian:12
        COPY dist/app /app
        -- .dockerignore --
        .git
        dist
    """
    if context.folder is None:
        return
    found = _ignore_file(context)
    if found is None or found[1].takes_back or not found[1].patterns:
        return
    name, ignore_file = found
    text = context.read(name) or ""
    for step in steps(context, _is_copy):
        copy = step.instruction
        if not isinstance(copy, Add | Copy):
            continue
        for word in copy.sources:
            if "<<" in word.text and parse_opener(word.text) is not None:
                continue
            path = step.expand(word.text)
            pattern = _excluding(ignore_file, path) if path and not _is_remote(path) else None
            if path is None or pattern is None:
                continue
            yield Mistake(
                word.span,
                f"`{path}` is not in the build context: `{pattern.text}` in {name} excludes it",
                f"remove the pattern from {name}, or copy something else",
                related=(_related(name, pattern, text.split("\n")[pattern.row - 1].rstrip("\r")),),
            )


def _is_copy(instruction: Instruction) -> bool:
    """Tell whether an instruction takes files of the build context."""
    if isinstance(instruction, Onbuild):
        return False
    if isinstance(instruction, Copy):
        flag = instruction.flag("from")
        return flag is None or flag.value is None or not flag.value.text
    return isinstance(instruction, Add)


def _ignore_file(context: BuildContext) -> tuple[str, IgnoreFile] | None:
    for name in (f"{context.name}.dockerignore", ".dockerignore"):
        text = context.read(name)
        if text is not None:
            try:
                return name, read_ignore_file(text)
            except IgnorePatternError:
                return None
    return None


def _is_remote(path: str) -> bool:
    if path.startswith(("http://", "https://")):
        return True
    try:
        git = git_source(path)
    except GitSourceError:
        return True
    return git is not None and not git.looks_local


def _excluding(ignore_file: IgnoreFile, source: str) -> IgnorePattern | None:
    path = cleaned_path(source)
    if path in _ROOTS and not any(pattern.text in _EVERYTHING for pattern in ignore_file.patterns):
        # The folder itself goes in, whatever matches its name.
        return None
    return ignore_file.excluding(path)


def _related(name: str, pattern: IgnorePattern, line: str) -> Related:
    column = len(line) - len(line.lstrip()) + 1
    end = len(line.rstrip()) + 1
    return Related(name, pattern.row, column, end, line, "this pattern excludes it")
