"""The output formats of `gendock lint` in one table; a format's module is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import cast

from msgspec import Struct

from gendock.lint import Finding
from gendock.report.paths import Folders

DEFAULT = "full"
FOR_PEOPLE = ("full", "concise")


class Around(Struct, frozen=True):
    """What a report may say beside its findings: the files that were read, and how a terminal shows it."""

    filenames: Sequence[str]
    folders: Folders
    width: int
    colour: bool


# Each name with its module, its function, and which of `Around` the function takes after the findings.
_FORMATS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "full": ("lint_text", "full", ("width", "colour")),
    "concise": ("lint_text", "concise", ("width", "colour")),
    "json": ("lint_data", "as_json", ()),
    "json-lines": ("lint_data", "as_json_lines", ()),
    "sarif": ("sarif", "as_sarif", ("folders",)),
    "junit": ("junit", "as_junit", ("folders", "filenames")),
    "checkstyle": ("checkstyle", "as_checkstyle", ("folders",)),
    "gitlab": ("gitlab", "as_gitlab", ("folders",)),
    "github": ("github", "as_github", ("folders",)),
    "azure": ("azure", "as_azure", ("folders",)),
    "rdjson": ("rdjson", "as_rdjson", ("folders",)),
    "markdown": ("markdown", "as_markdown", ("folders",)),
}
NAMES = tuple(_FORMATS)


def written(name: str, findings: Sequence[Finding], around: Around) -> str:
    """Return findings in one of the formats of `NAMES`."""
    module, function, takes = _FORMATS[name]
    write = cast("Callable[..., str]", getattr(import_module(f"gendock.report.{module}"), function))
    return write(findings, **{key: getattr(around, key) for key in takes})
