"""`init --with compose`: a plan with a compose.yaml beside its Dockerfile.

Plan ──compose_choices──> Composition ──compose_view──> ComposeView ──templates──> compose.yaml
                                      └─compose_secrets─> files of passwords, made where they are not there
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gendock.generate.compose_choices import compose
from gendock.generate.compose_reasons import compose_decisions, compose_warnings
from gendock.generate.compose_secrets import secret_files
from gendock.generate.compose_view import compose_view
from gendock.generate.plan import PlannedFile
from gendock.generate.render import render

if TYPE_CHECKING:
    from pathlib import Path

    from gendock.generate.options import Options
    from gendock.generate.plan import Plan

COMPOSE_FILE = "compose.yaml"
# In the order in which docker compose looks for them.
_NAMES = (COMPOSE_FILE, "compose.yml", "docker-compose.yml", "docker-compose.yaml")


def with_compose(plan: Plan, options: Options) -> Plan:
    """The plan, and a compose.yaml that starts its programs and what they speak to.

    Raises:
        RefusedError: a name cannot stand where it would have to.
    """
    composition = compose(plan, options)
    view = compose_view(plan.project.name, composition)
    text = render("compose/compose.yaml.jinja", templates=options.templates, file=view)
    return replace(
        plan,
        files=(*plan.files, PlannedFile(COMPOSE_FILE, text)),
        decisions=(*plan.decisions, *compose_decisions(composition)),
        warnings=(*plan.warnings, *compose_warnings(composition)),
        secrets=secret_files(composition),
        services=tuple(name for name, _ in composition.services),
    )


def other_compose_file(folder: Path) -> str | None:
    """The compose file of another name that is there, and that a compose.yaml would hide."""
    return next(
        (name for name in _NAMES[1:] if (folder / name).exists() or (folder / name).is_symlink()), None
    )
