"""LABEL: the names of labels."""

from __future__ import annotations

import re

from gendock.dockerfile import Label
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.labels import labels_of
from gendock.lint.mistake import replace
from gendock.lint.profiles import Level

_KEY = re.compile(r"[a-z](?:[a-z0-9./_-]*[a-z0-9])?")
_RESERVED = ("com.docker.", "io.docker.", "org.dockerproject.")


@rule(
    "DL3048",
    "invalid-label-key",
    severity=Severity.STYLE,
    level=Level.STRICT,
    also=("labels/valid-key",),
    needs=(Label,),
)
def invalid_label_key(context: BuildContext) -> Mistakes:
    """A label's name does not follow Docker's guidelines.

    Names have small letters, digits, `.`, `-`, `_` and `/`; they begin with a letter, end with a letter or a
    digit, and have no two dots or dashes in a row. Tools look for labels by their exact names, and whoever
    asks for `description` does not find `Description`. Names that begin with `com.docker.`, `io.docker.` or
    `org.dockerproject.` are Docker's own.

    Bad:
        FROM debian:12
        LABEL Description="shop server"

    Good:
        FROM debian:12
        LABEL description="shop server"
    """
    for stage in context.stages:
        labels = [one for one in labels_of(stage) if one.name]
        for one in labels:
            wrong = _wrong(one.name)
            if not wrong:
                continue
            name = _mended(one.name)
            fix = None
            if name and all(other.name != name for other in labels):
                fix = replace(one.pair.name.span, name, f"write {name}", safe=False)
            advice = f"write `{name}`" if name else "choose another name, such as `com.example.name`"
            yield Mistake(one.pair.name.span, f"the label {one.name} {wrong}", advice, fix)


def _wrong(name: str) -> str:
    if name.startswith(_RESERVED):
        return "has a name that is reserved for Docker"
    if not _KEY.fullmatch(name):
        outside = re.search(r"[^a-z0-9./_-]", name)
        if outside:
            what = "a capital letter" if outside[0].isupper() else f"`{outside[0]}`"
            return f"has {what} in its name"
        return "does not begin with a letter, or does not end with a letter or digit"
    return "has two dots or dashes in a row" if ".." in name or "--" in name else ""


def _mended(name: str) -> str:
    """Return the name that was most likely meant; empty where nobody knows."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()
    plain = re.sub(r"-{2,}", "-", re.sub(r"\.{2,}", ".", re.sub(r"[^a-z0-9./_-]+", "-", words)))
    mended = re.sub(r"^[^a-z]+|[^a-z0-9]+$", "", plain)
    return "" if _wrong(mended) else mended
