"""Values made fit for the places of compose.yaml: YAML scalars, names of projects, services and volumes.

Text goes through the YAML library, and every `$` is doubled: compose would take it for a variable.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.errors import RefusedError
from gendock.generate.escaping import Placed, shown, stage_name

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

# Needs no quotes in any YAML: a word that is no number, boolean or null, and starts no other kind of node.
_PLAIN = re.compile(
    r"(?!(?i:y|n|yes|no|on|off|true|false|null|\.inf|\.nan)$)(?:\.{1,2}/)?\.?[A-Za-z/][A-Za-z0-9_./@-]*(?::[A-Za-z0-9_./@-]+)*"
)


def scalar(text: str) -> Placed:
    """Any text as one YAML scalar on one line, which compose reads as that very text.

    Raises:
        RefusedError: it holds a control character, which no container could be given.
    """
    if any(not char.isprintable() and char != "\u00a0" for char in text):
        raise RefusedError(f"{shown(text)} cannot stand in compose.yaml: rename it")
    doubled = text.replace("$", "$$")
    if _PLAIN.fullmatch(doubled):
        return Placed(doubled)
    import yaml

    dumped: str = yaml.safe_dump(doubled, default_style='"', allow_unicode=True, width=2**31)
    return Placed(dumped.removesuffix("\n"))


def scalars(texts: Iterable[str]) -> Placed:
    """A YAML sequence on one line."""
    return Placed(f"[{', '.join(_in_flow(text) for text in texts)}]")


def _in_flow(text: str) -> str:
    """A scalar between brackets: always quoted, so that what is a word and what is none look alike."""
    written = scalar(text)
    return written if written.startswith('"') else f'"{written}"'


def project_name(name: str) -> Placed:
    """A compose project's name: lower case letters, digits, `-` and `_`, the first a letter or digit."""
    plain = re.sub(r"[^a-z0-9_-]+", "-", stage_name(name))
    return Placed(plain.strip("-_") or "app")


def service_name(name: str, taken: Container[str]) -> Placed:
    """The name of a service, which is its host name too, that no other service has."""
    return _free(re.sub(r"[._]+", "-", stage_name(name)).strip("-"), taken)


def volume_name(service: str, folder: str, taken: Container[str]) -> Placed:
    """The name of the volume that keeps a folder of a service, and no other folder."""
    last = re.sub(r"[^A-Za-z0-9]+", "-", folder.rpartition("/")[2]).strip("-").lower()
    return _free(f"{service}-{last or 'data'}", taken)


def _free(base: str, taken: Container[str]) -> Placed:
    candidate, count = base, 2
    while candidate in taken:
        candidate, count = f"{base}-{count}", count + 1
    return Placed(candidate)
