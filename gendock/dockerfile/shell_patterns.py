"""The wildcards of `${name#pattern}`, `${name%pattern}` and `${name/pattern/text}`.

`*` and `?` only, no brackets. Source: convertShellPatternToRegex and its callers in moby/buildkit,
frontend/dockerfile/shell/lex.go.
"""

from __future__ import annotations

import re

from gendock.dockerfile.source import BYTE_ORDER_MARK

# Stands for any one character in a segment; no text holds it, since Dockerfiles with surrogates have others.
_ANY = "\ud800"
_TEMPLATE = r"\$\$|\$\{(\w+)\}|\$(\w+)"


class PatternError(ValueError):
    """A pattern with an escape that it may not have."""


def _segments(pattern: str) -> list[str]:
    """Cut a pattern at its stars; in a segment, `?` is `_ANY`, and escapes are gone."""
    segments: list[list[str]] = [[]]
    # Go's scanner passes over a byte order mark at the start of whatever it reads.
    at = 1 if pattern.startswith(BYTE_ORDER_MARK) else 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        following = pattern[at] if at < len(pattern) else ""
        if character == "*":
            segments.append([])
        elif character == "?":
            segments[-1].append(_ANY)
        elif character != "\\":
            segments[-1].append(character)
        elif following and following in "}/":
            continue  # the escape belonged to `${...}`, not to the pattern
        elif following and following in "*?\\":
            segments[-1].append(following)
            at += 1
        else:
            raise PatternError(f"invalid escape '\\{following}'")
    return ["".join(segment) for segment in segments]


def _find(value: str, segment: str, start: int) -> int:
    """Return where a segment stands first, from `start` on; -1 where it does not."""
    if _ANY not in segment:
        return value.find(segment, start)
    found = _compiled(segment).search(value, start)
    return found.start() if found else -1


def _find_last(value: str, segment: str, start: int) -> int:
    """Return where a segment stands last, not before `start`; -1 where it does not."""
    if _ANY not in segment:
        return value.rfind(segment, start)
    found = _compiled(segment[::-1]).search(value[start:][::-1])
    return len(value) - found.end() if found else -1


def _compiled(segment: str) -> re.Pattern[str]:
    return re.compile("".join("." if one == _ANY else re.escape(one) for one in segment), re.DOTALL)


def _end_of_match(value: str, segments: list[str], start: int, *, longest: bool) -> int | None:
    """Return where a match ends that begins at `start`; None where none does.

    Each segment is taken where it stands first, which leaves most for those behind it; only the last one
    decides how long the match is. So nothing is ever tried twice, as a regular expression would.
    """
    first, *others = segments
    if _find(value[start : start + len(first)], first, 0) != 0:
        return None
    at = start + len(first)
    for number, segment in enumerate(others, 1):
        find = _find_last if longest and number == len(others) else _find
        found = find(value, segment, at)
        if found < 0:
            return None
        at = found + len(segment)
    return at


def _reversed(pattern: str) -> str:
    """Turn a pattern round, keeping each escape before its character."""
    units = re.findall(r"\\.|.", pattern, re.DOTALL)
    return "".join(reversed(units))


def remove_prefix(value: str, pattern: str, *, longest: bool) -> str:
    """Return `value` without the shortest or longest start that matches."""
    end = _end_of_match(value, _segments(pattern), 0, longest=longest)
    return value if end is None else value[end:]


def remove_suffix(value: str, pattern: str, *, longest: bool) -> str:
    """Return `value` without the shortest or longest end that matches."""
    # What begins at the end, turned round.
    return remove_prefix(value[::-1], _reversed(pattern), longest=longest)[::-1]


def replace(value: str, pattern: str, text: str, *, every: bool) -> str:
    """Return `value` with the first or every longest match replaced.

    Where every match is replaced, Go's own templates work in the text: `$0` is the match, `$$` a dollar, and
    any other name is nothing.
    """
    segments = _segments(pattern)
    parts: list[str] = []
    at = search = 0
    end_before = -1
    while search <= len(value):
        # Where the first segment stands and the others do not follow, they follow no later one either.
        start = _find(value, segments[0], search)
        end = None if start < 0 else _end_of_match(value, segments, start, longest=True)
        if end is None:
            break
        # An empty match right behind another one does not count in Go.
        if not start == end == end_before:
            parts += [value[at:start], _filled(text, value[start:end]) if every else text]
            at = end_before = end
        if not every:
            break
        search = end if end > start else end + 1
    return "".join(parts) + value[at:]


def _filled(template: str, match: str) -> str:
    def fill(found: re.Match[str]) -> str:
        if found.group() == "$$":
            return "$"
        name = found.group(1) or found.group(2)
        return match if name.isdecimal() and name.isascii() and name.strip("0") == "" else ""

    return re.sub(_TEMPLATE, fill, template)
