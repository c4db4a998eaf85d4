"""Time zones: whether a program loads locations by name, for which it needs zone data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendock.golang.evidence import Evidence
from gendock.golang.needs import TimeZones
from gendock.golang.syntax import arguments, callee, text_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from gendock.golang.sources import Sources
    from gendock.golang.values import Evaluator

_WITHOUT_DATA = frozenset(("", "UTC", "Local"))


def find_zones(sources: Sources, evaluator: Evaluator, tags: Collection[str]) -> TimeZones | None:
    """Find the first location that a program loads by a name that is not always there.

    Args:
        sources: the program's own files.
        evaluator: follows constants and variables.
        tags: the tags that the repository's own build passes.
    """
    brought = next(
        (
            Evidence(file.path, item.line)
            for package in sources.packages
            for file, item in package.imports
            if item.path == "time/tzdata"
        ),
        None,
    )
    for syntax in sources.calling("LoadLocation"):
        for call in syntax.calls_of.get("LoadLocation", ()):
            operand, given = callee(call)[0], arguments(call)
            if operand is None or syntax.import_names.get(text_of(operand)) != "time" or not given:
                continue
            texts = {value.text for value in evaluator.values(given[0], syntax)} or {None}
            if not texts <= _WITHOUT_DATA and not sources.is_unused(call, syntax):
                named = next(
                    (text for text in sorted(filter(None, texts)) if text not in _WITHOUT_DATA), None
                )
                return TimeZones(named, syntax.evidence(call), brought, "timetzdata" in tags)
    return None
