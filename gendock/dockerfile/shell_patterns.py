"""The wildcards of `${name#pattern}`, `${name%pattern}` and `${name/pattern/text}`.

`*` and `?` only, no brackets. Source: convertShellPatternToRegex and its callers in moby/buildkit,
frontend/dockerfile/shell/lex.go.
"""

from __future__ import annotations

import re


class PatternError(ValueError):
    """A pattern with an escape that it may not have."""


def _regular_expression(pattern: str, *, longest: bool) -> str:
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        following = pattern[at] if at < len(pattern) else ""
        if character == "*":
            parts.append(".*" if longest else ".*?")
        elif character == "?":
            parts.append(".")
        elif character != "\\":
            parts.append(re.escape(character))
        elif following and following in "}/":
            continue  # the escape belonged to `${...}`, not to the pattern
        elif following and following in "*?\\":
            parts.append(re.escape(following))
            at += 1
        else:
            raise PatternError(f"invalid escape '\\{following}'")
    return "".join(parts)


def _reversed(pattern: str) -> str:
    """Turn a pattern round, keeping each escape before its character."""
    units = re.findall(r"\\.|.", pattern, re.DOTALL)
    return "".join(reversed(units))


def remove_prefix(value: str, pattern: str, *, longest: bool) -> str:
    """Return `value` without the shortest or longest start that matches."""
    found = re.match(_regular_expression(pattern, longest=longest), value)
    return value[found.end() :] if found else value


def remove_suffix(value: str, pattern: str, *, longest: bool) -> str:
    """Return `value` without the shortest or longest end that matches."""
    # A regular expression finds the leftmost match; turned round, that is the rightmost one.
    return remove_prefix(value[::-1], _reversed(pattern), longest=longest)[::-1]


def replace(value: str, pattern: str, text: str, *, every: bool) -> str:
    """Return `value` with the first or every longest match replaced."""
    expression = re.compile(_regular_expression(pattern, longest=True))
    return expression.sub(lambda _: text, value, count=0 if every else 1)
