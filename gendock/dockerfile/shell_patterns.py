"""The wildcards of `${name#pattern}`, `${name%pattern}` and `${name/pattern/text}`.

`*` and `?` only, no brackets. Source: convertShellPatternToRegex and its callers in moby/buildkit,
frontend/dockerfile/shell/lex.go.
"""

from __future__ import annotations

import re

from gendock.dockerfile.source import BYTE_ORDER_MARK

_TEMPLATE = re.compile(r"\$\$|\$\{(\w+)\}|\$(\w+)")


class PatternError(ValueError):
    """A pattern with an escape that it may not have."""


def _regular_expression(pattern: str, *, longest: bool) -> str:
    parts: list[str] = []
    # Go's scanner passes over a byte order mark at the start of whatever it reads.
    at = 1 if pattern.startswith(BYTE_ORDER_MARK) else 0
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
    """Return `value` with the first or every longest match replaced.

    Where every match is replaced, Go's own templates work in the text: `$0` is the match, `$$` a dollar, and
    any other name is nothing.
    """
    expression = re.compile(_regular_expression(pattern, longest=True))
    if not every:
        return expression.sub(lambda _: text, value, count=1)
    parts: list[str] = []
    at = 0
    end_before = -1
    for found in expression.finditer(value):
        # An empty match right behind another one does not count in Go.
        if found.start() == found.end() == end_before:
            continue
        end_before = found.end()
        parts.append(value[at : found.start()])
        parts.append(_filled(text, found.group()))
        at = found.end()
    return "".join(parts) + value[at:]


def _filled(template: str, match: str) -> str:
    def fill(found: re.Match[str]) -> str:
        if found.group() == "$$":
            return "$"
        name = found.group(1) or found.group(2)
        return match if name.isdecimal() and name.isascii() and name.strip("0") == "" else ""

    return _TEMPLATE.sub(fill, template)
