"""What `gendock lint` works on: files, and standard input."""

from __future__ import annotations

import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from gendock.errors import GendockError
from gendock.files import read_bytes
from gendock.lint import Finding, Settings, lint_text
from gendock.lint.discover import find_dockerfiles

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gendock.dockerfile import Source
    from gendock.lint.config import Configuration
    from gendock.lint.run import Input

STANDARD_INPUT = Path("-")


class Target:
    """One file, or standard input where `path` is None.

    `folder` is where it stands, `context_folder` the build context that was named, if any was.
    """

    def __init__(
        self,
        path: Path | None,
        filename: str,
        folder: Path | None,
        settings: Settings,
        context_folder: Path | None = None,
    ) -> None:
        """Take what is known of it; its content is read when it is needed."""
        self.path = path
        self.filename = filename
        self.folder = folder
        self.settings = settings
        self.context_folder = context_folder

    @cached_property
    def content(self) -> bytes:
        """The content.

        Raises:
            GendockError: the file cannot be read.
        """
        return sys.stdin.buffer.read() if self.path is None else read_bytes(self.path)

    @cached_property
    def source(self) -> Source:
        """The content as text; bytes that are no UTF-8 are lone surrogates."""
        from gendock.dockerfile import Source

        return Source.of(self.content)

    @property
    def text(self) -> str:
        """The text of the source."""
        return self.source.text

    @property
    def input(self) -> Input:
        """What is to be linted."""
        from gendock.lint.run import Input

        return Input(self.content, self.settings, self.filename, self.folder, self.context_folder)

    def lint(self, text: str | None = None) -> tuple[Finding, ...]:
        """Return the findings of the content, or of another text in its place."""
        content = self.text if text is None else text
        return lint_text(
            content,
            self.settings,
            filename=self.filename,
            folder=self.folder,
            context_folder=self.context_folder,
        )

    def write(self, text: str) -> None:
        """Put another text in place of the content; for standard input, on standard output.

        Raises:
            GendockError: the file cannot be written.
        """
        content = text.encode("utf-8", "surrogateescape")
        if self.path is None:
            sys.stdout.flush()
            sys.stdout.buffer.write(content)
        elif text != self.text:
            from gendock.files import write_atomically

            write_atomically(self.path, content)


def targets_of(
    paths: Sequence[Path],
    configuration: Configuration,
    stdin_filename: Path,
    *,
    force_exclude: bool,
    context: Path | None = None,
) -> list[Target]:
    """Return what the paths of a command line stand for.

    Args:
        paths: files, folders, or standard input.
        configuration: gives the settings of each file.
        stdin_filename: how standard input is called.
        force_exclude: let the settings exclude files as well that are named themselves.
        context: the build context of all of them, where it was named.

    Raises:
        GendockError: a path is not there, or standard input is mixed with files.
    """
    if context is not None and not context.is_dir():
        raise GendockError(f"--context: {context} is not a folder")
    if STANDARD_INPUT in paths:
        if len(paths) > 1:
            raise GendockError("- (standard input) cannot be mixed with other paths")
        folder = stdin_filename.parent if stdin_filename.parent.is_dir() else None
        settings = configuration.for_file(stdin_filename)
        return [Target(None, str(stdin_filename), folder, settings, context)]
    files = find_dockerfiles(paths, configuration.for_file, force_exclude=force_exclude)
    return [Target(path, str(path), path.parent, configuration.for_file(path), context) for path in files]


def refuse_overwriting(targets: Sequence[Target], files: Iterable[Path | None]) -> None:
    """Refuse to write anything else in the place of a file that is linted.

    Raises:
        GendockError: one of `files` is among them.
    """
    named = {path.resolve(): path for path in files if path is not None}
    for target in targets if named else ():
        path = named.get(target.path.resolve()) if target.path else None
        if path is not None:
            raise GendockError(
                f"{path} is to be linted, and would be overwritten: name another file to write"
            )
