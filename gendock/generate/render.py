"""Renders the templates, which hold layout only."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from gendock.errors import GendockError
from gendock.generate.escaping import Placed

if TYPE_CHECKING:
    import jinja2


def render(template: str, *, templates: Path | None = None, **values: object) -> str:
    """Render one of the templates.

    Args:
        template: its name.
        templates: a folder whose files stand in the place of gendock's own of the same name.
        values: what it prints.

    Raises:
        GendockError: a template of that folder is broken, or prints what it must not.
        TypeError: a template of gendock prints text that is not `Placed`.
    """
    if templates is None:
        return _environment(None).get_template(template).render(**values)
    import jinja2

    if not templates.is_dir():
        raise GendockError(f"--templates {templates} is no folder")
    try:
        return _environment(templates).get_template(template).render(**values)
    except jinja2.TemplateSyntaxError as error:
        raise GendockError(f"{error.filename or templates}:{error.lineno}: {error.message}") from error
    except jinja2.TemplateNotFound as error:
        raise GendockError(f"{templates}: there is no template {error.name}") from error
    except (jinja2.TemplateError, OSError, UnicodeDecodeError) as error:
        raise GendockError(f"{_place(error, templates)}: {error}") from error
    except (TypeError, ValueError, ArithmeticError, AttributeError, LookupError) as error:
        raise GendockError(f"{_place(error, templates)}: {error}") from error


def _place(error: BaseException, templates: Path) -> str:
    """The line of a template that an error comes from."""
    found = str(templates)
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(".jinja"):
            found = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found


@cache
def _environment(templates: Path | None) -> jinja2.Environment:
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    folders = [] if templates is None else [templates]
    folders.append(Path(str(files("gendock.templates"))))
    # A repository's settings may name a folder of templates, and a repository may be anybody's.
    return ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(folders),
        undefined=jinja2.StrictUndefined,
        finalize=_only_placed,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _only_placed(value: object) -> object:
    if isinstance(value, (Placed, int)):
        return value
    if type(value).__name__ == "StrictUndefined":
        return str(value)  # which says what is not defined, and where
    raise TypeError(f"a template prints {type(value).__name__} {value!r} that is made for no place")
