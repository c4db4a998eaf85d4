"""What a shell makes of a word, as far as the variables are known."""

from __future__ import annotations

import re
from collections.abc import Mapping

_VARIABLE = re.compile(r"\$(?:\{(?P<braced>\w+)(?:(?P<how>:?[-+])(?P<other>[^{}$]*))?\}|(?P<plain>\w+))")
# Longer than any word that says something: `A=$A$A` doubles it each time.
_MOST_CHARACTERS = 100_000


def expanded(text: str, variables: Mapping[str, str | None]) -> str | None:
    """Return a word with its variables put in; None where some are not known, or there is more to it."""
    if "$" not in text and "`" not in text:
        return text
    unknown = False
    length = 0

    def value(found: re.Match[str]) -> str:
        nonlocal unknown, length
        name = found["braced"] or found["plain"]
        known = variables.get(name)
        how, other = found["how"], found["other"]
        if known is None and how is not None and name not in variables:
            known = ""
        length += len(known or "")
        if known is None or length > _MOST_CHARACTERS:
            unknown = True
            return ""
        if how is None:
            return known
        if how.endswith("-"):
            return known or other
        return other if known else ""

    result = _VARIABLE.sub(value, text)
    return None if unknown or "$" in result or "`" in result else result
