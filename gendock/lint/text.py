"""Lint one text; what that takes is imported when it is done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gendock.lint.finding import Finding
    from gendock.lint.settings import Settings


def lint_text(
    content: bytes | str,
    settings: Settings,
    *,
    filename: str = "Dockerfile",
    folder: Path | None = None,
    context_folder: Path | None = None,
) -> tuple[Finding, ...]:
    """Lint one Dockerfile's content.

    Args:
        content: the file.
        settings: which rules.
        filename: the name to show.
        folder: the folder that it stands in, where there is one.
        context_folder: the build context, where it was named.
    """
    from gendock.lint.run import Input, lint_all, own_inquiry

    ((_, findings),) = lint_all([Input(content, settings, filename, folder, context_folder)], own_inquiry())
    return findings
