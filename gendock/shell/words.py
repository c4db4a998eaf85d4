"""Quote removal: what a command gets of a word that is written in a script."""

from __future__ import annotations

import re

# What a word that is more than its text has in it.
SPECIAL = re.compile(r"""[\\'"$`*?\[~{<>]""")
_COMPUTED = re.compile(r"[$`*?\[~]|\{[^{}]*(?:,|\.\.)|[<>]\(")
_QUOTED = re.compile(
    r"""\$'(?P<ansi>(?:[^'\\]|\\.)*)'"""
    r"""|'(?P<single>[^']*)'"""
    r"""|\$?"(?P<double>(?:[^"\\]|\\.)*)\""""
    r"""|\\(?P<escaped>.)""",
    re.DOTALL,
)
_IN_DOUBLE = r'\\([$`"\\])|\\\n'
_COMPUTED_IN_DOUBLE = r"(?s)(?:\\.|[^\\$`])*(?:`|\$[\w{(@*#?$!-])"
_IN_ANSI = (
    r"(?s)\\(?:x(?P<hex>[0-9a-fA-F]{1,2})|u(?P<short>[0-9a-fA-F]{1,4})|U(?P<long>[0-9a-fA-F]{1,8})"
    r"|(?P<octal>[0-7]{1,3})|c(?P<control>.)|(?P<letter>.))"
)
_LETTERS = {
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "E": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_LAST_CHARACTER = 0x10FFFF


def word_of(raw: str) -> tuple[str, bool, bool]:
    """Return a word's text without its quotes, whether nothing in it is computed, whether some is quoted."""
    if not SPECIAL.search(raw):
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
        if found["double"] is not None and re.match(_COMPUTED_IN_DOUBLE, found["double"]):
            is_plain = False
        is_quoted = is_quoted or found["escaped"] is None
        parts.append(_unquoted(found))
        at = found.end()
    return "".join(parts), is_plain, is_quoted


def _unquoted(found: re.Match[str]) -> str:
    kind = found.lastgroup
    if kind == "single":
        return found["single"]
    if kind == "double":
        return re.sub(_IN_DOUBLE, lambda escape: escape[1] or "", found["double"])
    if kind == "ansi":
        # A character that is zero ends the string.
        return re.sub(_IN_ANSI, _character, found["ansi"]).partition("\0")[0]
    escaped = found["escaped"]
    return "" if escaped == "\n" else escaped


def _character(escape: re.Match[str]) -> str:
    """Return what an escape in `$'...'` stands for."""
    kind, value = escape.lastgroup, escape[escape.lastgroup or 0]
    if kind == "letter":
        return _LETTERS.get(value, value if value in "\\'\"?" else escape[0])
    if kind == "control":
        return chr(ord(value) & 0x1F)
    number = int(value, 8) & 0xFF if kind == "octal" else int(value, 16)
    return chr(number) if number <= _LAST_CHARACTER else escape[0]
