"""Which image a stage stands on."""

from __future__ import annotations

from gendock.dockerfile import Stage
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.images import ImageReference, parse_image


def _named_image(stage: Stage) -> ImageReference | None:
    """Return the image that a stage's FROM names; None for scratch, another stage, or what is not known."""
    if stage.base is None or stage.parent is not None or stage.base == "scratch":
        return None
    return parse_image(stage.base)


@rule("DL3006", "untagged-base", severity=Severity.WARNING, also=("missing_tag",))
def untagged_base(stage: Stage) -> Mistakes:
    """A base image has neither tag nor digest.

    Without one, the image is the `latest` of the day: the same Dockerfile gives another image tomorrow, and
    a Go module may meet a compiler that is older or newer than it was tested with.

    Bad:
        FROM debian
    """
    image = _named_image(stage)
    if image is None or image.tag or image.digest:
        return
    yield Mistake(
        stage.start.image.span,
        f"{image.name} has no tag: which image this is changes from day to day",
        f"name a version: `FROM {image.name}:<version>`",
    )


@rule("DL3007", "latest-tag", severity=Severity.WARNING, also=("latest_tag", "DKL-DI-0006"))
def latest_tag(stage: Stage) -> Mistakes:
    """A base image has the tag `latest`.

    It means the newest image that the registry has, which is another one after each release.

    Bad:
        FROM debian:latest
    """
    image = _named_image(stage)
    if image is None or image.tag != "latest" or image.digest:
        return
    yield Mistake(
        stage.start.image.span,
        f"{image.name}:latest is another image after each release",
        f"name a version: `FROM {image.name}:<version>`",
    )
