"""Which image a stage stands on, and from where it comes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gendock.dockerfile import Copy, Run, Span, Stage, Word
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.images import ImageReference, base_image, parse_image
from gendock.lint.official_images import OFFICIAL_IMAGES
from gendock.lint.stage_uses import find_stage, from_words

_DISTROLESS = "gcr.io/distroless/"
# No registry has these: a build context of that name, or an image that was built on this machine.
_LOCAL = frozenset({"local", "local-image", "localhost"})
_LAST_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})\"?\Z")


@rule("DL3006", "untagged-base", severity=Severity.WARNING, also=("missing_tag",))
def untagged_base(context: BuildContext) -> Mistakes:
    """A base image has neither tag nor digest.

    Without one, the image is today's `latest`: the same Dockerfile gives another image tomorrow, and
    a Go module may meet a compiler that is older or newer than it was tested with. Where the name comes from
    an ARG, its default is what counts. Names such as `localhost/app` and `local/app`, which no registry has,
    are left alone. So are, in the default profile, names without a slash that are none of Docker's own
    images, such as `app-base`: no registry has those either, somebody builds them on the same machine.

    Bad:
        FROM debian
    """
    for stage in context.stages:
        image = base_image(context, stage)
        if image is None or image.tag or image.digest or "$" in image.name.rpartition("/")[2]:
            continue
        first, slash, _ = image.name.partition("/")
        if slash and first in _LOCAL:
            continue
        if not slash and image.name not in OFFICIAL_IMAGES and not context.is_doubted:
            continue
        default = _default_at_the_end(context, stage)
        yield Mistake(
            stage.start.image.span,
            f"{image.name} has no tag: what you get changes from day to day",
            f"let ARG {default[0]} have a default with a version" if default else _advice(image),
        )


@rule(
    "DL3007",
    "latest-tag",
    severity=Severity.WARNING,
    also=("latest_tag", "DS-0001", "CKV_DOCKER_7", "DKL-DI-0006"),
)
def latest_tag(context: BuildContext) -> Mistakes:
    """A base image has the tag `latest`.

    It means the newest image that the registry has, which is another one after each release. Where the tag
    comes from an ARG, its default is what counts.

    Bad:
        FROM debian:latest

    Bad:
        ARG VERSION=latest
        FROM debian:${VERSION}
    """
    named: set[Span] = set()
    for stage in context.stages:
        image = base_image(context, stage)
        if image is None or image.tag != "latest" or image.digest:
            continue
        message = f"{image.name}:latest is a different image after each release"
        default = _default_at_the_end(context, stage)
        if default is None:
            yield Mistake(stage.start.image.span, message, _advice(image))
        elif default[1].span not in named:
            name, value = default
            named.add(value.span)
            yield Mistake(value.span, message, f"give ARG {name} a version as its default")


def _default_at_the_end(context: BuildContext, stage: Stage) -> tuple[str, Word] | None:
    """Return the argument whose default is the end of a base image's name."""
    variable = _LAST_VARIABLE.search(stage.start.image.text)
    name = variable and (variable[1] or variable[2])
    for argument in reversed(context.file.global_arguments):
        for pair in reversed(argument.pairs):
            if pair.name.text == name and pair.value is not None:
                return pair.name.text, pair.value
    return None


def _advice(image: ImageReference) -> str:
    if image.name.startswith(_DISTROLESS):
        # There are no version tags: only the digest says which image it is.
        return f"name it by its digest: `FROM {image.name}:nonroot@sha256:<digest>`"
    return f"name a version: `FROM {image.name}:<version>`, or where there is none, the digest"


@rule("DL3026", "untrusted-registry", severity=Severity.ERROR, also=("CIS-4.2",))
def untrusted_registry(context: BuildContext) -> Mistakes:
    """An image comes from a registry that is not among the trusted ones.

    Whoever can write to a registry decides what runs in the build and what is shipped. With
    `trusted-registries` in the settings, images of FROM, of `COPY --from` and of `RUN --mount=from=` may come
    from those hosts alone; `docker.io` stands for all names without a host, and `*` for any part of a host's
    name, as in `*.example.com`. Without that setting the rule says nothing.

    Bad:
        FROM quay.io/someone/debian:12
    """
    trusted = context.options.trusted_registries
    if not trusted:
        return
    patterns = [re.compile(".*".join(map(re.escape, _as_host(one).split("*")))) for one in trusted]
    for word, image in _images(context):
        host = image.registry
        if "$" in image.name.partition("/")[0] or any(pattern.fullmatch(host) for pattern in patterns):
            continue
        yield Mistake(
            word.span,
            f"{image.name} comes from {host}, which is not a trusted registry",
            f"take it from one of these: {', '.join(trusted)}",
        )


def _as_host(registry: str) -> str:
    return parse_image(f"{registry}/image").registry if "." in registry else registry


def _images(context: BuildContext) -> Iterator[tuple[Word, ImageReference]]:
    """Yield the images that a file uses, each with the word that names it."""
    for stage in context.stages:
        image = base_image(context, stage)
        if image is not None:
            yield stage.start.image, image
        yield from _copied_images(context, stage)


def _copied_images(context: BuildContext, stage: Stage) -> Iterator[tuple[Word, ImageReference]]:
    for instruction in stage.instructions:
        if not isinstance(instruction, Copy | Run):
            continue
        for word in from_words(instruction):
            is_stage = find_stage(word.text, stage, context.stages) is not None
            if not (is_stage or word.text in ("", "scratch") or word.text.isdecimal()):
                yield word, parse_image(word.text)
