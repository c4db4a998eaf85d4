"""What the tests of ShellCheck's findings share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from gendock.lint import Finding, Settings, lint_text
from gendock.lint.profiles import Profile

SHELLCHECK_ONLY = Settings(select=("SC",), pragmas=False, profile=Profile.HADOLINT)


def findings(text: str) -> tuple[Finding, ...]:
    return lint_text(text, SHELLCHECK_ONLY)


def marked(text: str) -> list[tuple[str, str]]:
    """Return the code of each finding, and the text of the file that it marks."""
    return [(one.rule.code, one.source.slice(one.span)) for one in findings(text)]


def real_files() -> Iterator[Path]:
    """Yield the Dockerfiles of the folder that GENDOCK_REAL_DOCKERFILES names, if it names one."""
    folder = os.environ.get("GENDOCK_REAL_DOCKERFILES")
    if folder:
        yield from sorted(path for path in Path(folder).rglob("*Dockerfile*") if path.is_file())
