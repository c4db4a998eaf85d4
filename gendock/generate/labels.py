"""The labels of an image, by the names that the Open Container Initiative gave them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.errors import GendockError
from gendock.generate.decision import Decision
from gendock.generate.escaping import Placed, quoted, shown
from gendock.generate.linking import linked_arguments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gendock.generate.options import Options
    from gendock.golang import GoProject, Program

_OCI = "org.opencontainers.image"
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?")


def labels(
    project: GoProject, program: Program, options: Options
) -> tuple[tuple[Placed, ...], tuple[Placed, ...]]:
    """The ARG lines before LABEL, and the labels: where the source is, its licence, what was built of it.

    Raises:
        GendockError: the settings name a label that is none.
    """
    found: dict[str, Placed] = {}
    for name, value in options.kept.labels:
        if not _NAME.fullmatch(name):
            raise GendockError(f"init.kept.labels: {shown(name)} is no name of a label")
        found[name] = quoted(value)
    arguments = []
    if project.source is not None:
        found[f"{_OCI}.source"] = quoted(project.source.value)
        arguments.append(Placed("REVISION=unknown"))
        found[f"{_OCI}.revision"] = Placed('"$REVISION"')
        if "VERSION" in linked_arguments(program):
            arguments.append(Placed("VERSION=dev"))
            found[f"{_OCI}.version"] = Placed('"$VERSION"')
    if project.licence is not None:
        found[f"{_OCI}.licenses"] = quoted(project.licence.value)
    return tuple(arguments), tuple(Placed(f"{name}={found[name]}") for name in sorted(found))


def label_decisions(project: GoProject) -> Iterator[Decision]:
    """What the labels say of the repository."""
    if project.source is not None:
        yield Decision(
            "label source",
            project.source.value,
            "registries link an image with it; --build-arg REVISION=$(git rev-parse HEAD) names the commit",
            ("labels by the pipeline, which overwrite these",),
            project.source.evidence,
        )
    if project.licence is not None:
        because = "the words of the licence's file"
        yield Decision("label licenses", project.licence.value, because, (), project.licence.evidence)
