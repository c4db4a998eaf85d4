"""Renders the templates, which hold layout only."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from gendock.generate.escaping import Placed

if TYPE_CHECKING:
    import jinja2


def render(template: str, **values: object) -> str:
    """Render one of the templates of gendock.templates.

    Raises:
        TypeError: the template prints text that is not `Placed`.
    """
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    folder = Path(str(files("gendock.templates")))
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        finalize=_only_placed,
        autoescape=False,  # noqa: S701 - no HTML; `_only_placed` is the guard
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _only_placed(value: object) -> object:
    if isinstance(value, (Placed, int)):
        return value
    raise TypeError(f"a template prints {type(value).__name__} {value!r} that is made for no place")
