"""COPY and ADD: what they take, and what does not belong in an image."""

from __future__ import annotations

import posixpath
import re

from gendock.dockerfile import Add, Copy, Stage
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.bases import plain
from gendock.lint.context import BuildContext
from gendock.lint.edits import delete_instruction
from gendock.lint.mistake import Applicability, Fix, replace
from gendock.lint.profiles import Level

_UPWARD = r"(?:\.\.?/+)*(?:\.\./+|\.\.\Z)"


@rule("GD133", "outside-context", severity=Severity.ERROR, also=("add_src_invalid",), mentions=("..",))
def outside_context(stage: Stage) -> Mistakes:
    """COPY or ADD names a path outside the build context.

    A build sees the folder that it is given, and nothing around it. BuildKit drops each `../` that would lead
    out: `COPY ../config.json /` takes `config.json` of the build context, which most often is not there, and
    sometimes is another file. Build from the folder above instead: `docker build -f service/Dockerfile .`,
    or give that folder a name with `--build-context shared=../shared`, and use `COPY --from=shared`.

    Bad:
        FROM debian:12
        COPY ../config.json /etc/app/

    Good:
        FROM debian:12
        COPY config.json /etc/app/
    """
    for copy in stage.instructions:
        if not isinstance(copy, Copy | Add) or copy.flag("from") is not None:
            continue
        for word in copy.sources:
            inside = _inside(plain(word))
            if inside is None:
                continue
            is_bare = word.text == plain(word)
            yield Mistake(
                word.span,
                f"{word.text} leads out of the build context: BuildKit uses {inside} inside it",
                "build from the folder above (`docker build -f ... ..`), or name it with --build-context",
                replace(word.span, inside, f"write {inside}, which is what BuildKit uses", safe=False)
                if is_bare
                else None,
            )


def _inside(source: str) -> str | None:
    """Return the path that BuildKit makes of one that leads out; None where it does not."""
    upward = re.match(_UPWARD, source)
    if upward is not None:
        return source[upward.end() :] or "."
    if "$" in source or "://" in source or ".." not in source.split("/"):
        return None
    normal = posixpath.normpath(source)
    found = re.match(r"(?:\.\./)*(?:\.\.\Z)?", normal)
    return (normal[found.end() :] or ".") if found and found.end() else None


@rule(
    "GD139",
    "embedded-vex",
    severity=Severity.INFO,
    also=("prefer-vex-attestation",),
    level=Level.TASTE,
    shipped=True,
    mentions=(".vex.json",),
)
def embedded_vex(context: BuildContext) -> Mistakes:
    """A VEX document is copied into the image.

    It says which vulnerabilities do not concern the image, and it changes more often than the image. As a
    file it needs a new image for each change; as an attestation (`docker scout attestation add`, `cosign
    attest`) it does not, and scanners look there first.

    Bad:
        FROM debian:12
        COPY app /app
        COPY shop.vex.json /usr/share/vex/

    Good:
        FROM debian:12
        COPY app /app
    """
    for stage in context.stages:
        for copy in stage.of(Copy):
            found = [word for word in copy.sources if plain(word).endswith(".vex.json")]
            if not found:
                continue
            alone = len(found) == len(copy.sources)
            edit = delete_instruction(context.file.source, copy)
            yield Mistake(
                found[0].span,
                f"{found[0].text} becomes part of the image: each change to it needs a new image",
                "attach it to the image as an attestation",
                Fix(f"do not copy {found[0].text}", (edit,), Applicability.UNSAFE) if alone else None,
            )
