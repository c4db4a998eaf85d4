"""Quote removal: what a command gets of a word that is written in a script."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"""[\\'"$`*?\[~{<>]""")
_COMPUTED = re.compile(r"[$`*?\[~]|\{[^{}]*(?:,|\.\.)|[<>]\(")
_QUOTED = re.compile(
    r"""\$?'(?P<single>(?:[^'\\]|(?<!\$)\\|\\.)*)'"""
    r"""|\$?"(?P<double>(?:[^"\\]|\\.)*)\""""
    r"""|\\(?P<escaped>.)""",
    re.DOTALL,
)
_IN_DOUBLE = re.compile(r'\\([$`"\\])|\\\n')


def word_of(raw: str) -> tuple[str, bool, bool]:
    """Return a word's text without its quotes, whether nothing in it is computed, whether some is quoted."""
    if not _SPECIAL.search(raw):
        return raw, True, False
    parts: list[str] = []
    is_plain = True
    is_quoted = False
    at = 0
    while at < len(raw):
        found = _QUOTED.search(raw, at)
        bare = raw[at : found.start() if found else len(raw)]
        parts.append(bare)
        is_plain = is_plain and not _COMPUTED.search(bare)
        if found is None:
            break
        text = _unquoted(found)
        if found["double"] is not None and re.search(r"(?<!\\)[$`]", found["double"]):
            is_plain = False
        is_quoted = is_quoted or found["escaped"] is None
        parts.append(text)
        at = found.end()
    return "".join(parts), is_plain, is_quoted


def _unquoted(found: re.Match[str]) -> str:
    if found["single"] is not None:
        return found["single"]
    if found["double"] is not None:
        return _IN_DOUBLE.sub(lambda escape: escape[1] or "", found["double"])
    escaped = found["escaped"]
    return "" if escaped == "\n" else escaped
