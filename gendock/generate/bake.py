"""`init --with bake`: a docker-bake.hcl that builds every program of a repository at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gendock.generate.decision import Decision
from gendock.generate.escaping import Placed, binary_name
from gendock.generate.linking import DEFAULTS, linked_arguments
from gendock.generate.options import Beside
from gendock.generate.plan import PlannedFile
from gendock.generate.render import render

if TYPE_CHECKING:
    from gendock.generate.options import Options
    from gendock.generate.plan import Plan

BAKE_FILE = "docker-bake.hcl"


@dataclass(frozen=True, slots=True)
class VariableView:
    """A variable of the file, which the environment can set.

    Attributes:
        name: its name.
        default: its value where nobody sets it.
    """

    name: Placed
    default: Placed


@dataclass(frozen=True, slots=True)
class BakeTarget:
    """One image.

    Attributes:
        name: the target's name.
        stage: the stage of the Dockerfile.
        arguments: the build arguments that variables of the same name give.
        platforms: the platforms to build for; none for the builder's own.
        tag: the image's name, without a tag; none where no image is kept.
        is_default: whether it is built where nobody names a target.
    """

    name: Placed
    stage: Placed
    arguments: tuple[Placed, ...]
    platforms: tuple[Placed, ...]
    tag: Placed | None
    is_default: bool


@dataclass(frozen=True, slots=True)
class BakeView:
    """The whole file.

    Attributes:
        variables: the variables.
        targets: the images, the default program's first.
    """

    variables: tuple[VariableView, ...]
    targets: tuple[BakeTarget, ...]


def with_bake(plan: Plan, options: Options) -> Plan:
    """The plan, and a docker-bake.hcl with a target for each program and each stage for people."""
    view = bake_view(plan, options)
    text = render("bake/docker-bake.hcl.jinja", templates=options.templates, file=view)
    decision = Decision(
        "bake",
        f"{BAKE_FILE} with {', '.join(target.name for target in view.targets)}",
        "one command builds all images, and steps that they share once; TAG=1.2.3 names them",
        ("docker build --target, once for each",),
    )
    return replace(
        plan,
        files=(*plan.files, PlannedFile(BAKE_FILE, text)),
        decisions=(*plan.decisions, decision),
    )


def bake_view(plan: Plan, options: Options) -> BakeView:
    """Lay out docker-bake.hcl."""
    wanted = {name for program in plan.programs for name in linked_arguments(program)}
    if plan.project.source is not None:
        wanted.add("REVISION")
    variables = [VariableView(Placed("TAG"), Placed("latest"))]
    variables += [
        VariableView(Placed(name), Placed(value)) for name, value in DEFAULTS.items() if name in wanted
    ]
    given = tuple(variable.name for variable in variables[1:])
    platforms = tuple(Placed(platform) for platform in options.platforms)
    targets: list[BakeTarget] = []
    for program, stage in zip(plan.programs, plan.targets, strict=True):
        binary = binary_name(program.name)
        name = _name(binary if len(plan.programs) == 1 else stage)
        image = Placed(re.sub(r"[._-]{2,}", "-", binary.lower()))
        targets.append(BakeTarget(name, Placed(stage), given, platforms, image, is_default=True))
    first = targets[0].tag
    for word in (Beside.TEST, Beside.DEBUG, Beside.DEV):
        if word in options.beside:
            tag = None if word is Beside.TEST or first is None else Placed(f"{first}-{word}")
            targets.append(BakeTarget(Placed(word), Placed(word), (), (), tag, is_default=False))
    return BakeView(tuple(variables), tuple(targets))


def _name(name: str) -> Placed:
    """The name of a target: letters, digits, `_` and `-`."""
    return Placed(re.sub(r"[^A-Za-z0-9_-]", "-", name))
