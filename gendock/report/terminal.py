"""What may be printed on a person's terminal, and how wide it is.

Image names, container logs and step names come from files that gendock did not write. A terminal obeys
escape sequences wherever they come from (they can rename the window, repaint lines, even type), so text from
outside goes through `printable` first.
"""

from __future__ import annotations

import os
import re
import sys
from typing import TextIO

WIDTH = 80
# What is set where a CI service reads what is printed.
CI_VARIABLES = ("GITHUB_ACTIONS", "TF_BUILD")
_IN_CI = any(os.environ.get(name) for name in CI_VARIABLES)
_NAMED = {"\r": "\\r", "\b": "\\b", "\x1b": "\\e", "\x00": "\\0"}
# Characters that show nothing but reorder or hide what stands around them.
_INVISIBLE = frozenset(
    "\u061c\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)


_TAB = "    "
_LOG_COMMAND = r"(?i)##(?=\[|vso\[)|\A\s*::"


def disarmed(text: str) -> str:
    """Return a line that no CI service takes for a command to itself.

    GitHub's runner obeys lines that begin with `::`, and `##[...]` anywhere; Azure's obeys `##vso[...]`.
    Elsewhere the line is returned as it is.
    """
    if not (_IN_CI and re.search(_LOG_COMMAND, text)):
        return text
    return re.sub(_LOG_COMMAND, lambda found: found.group().replace("##", "# #").replace("::", ": :"), text)


def printable(text: str, *, limit: int = 500) -> str:
    r"""Return one line of `text` in which no character can steer a terminal.

    Tabs become spaces; other control characters, C1 codes, lone surrogates and direction marks become escapes
    that a person can read (`\e`, `\x9b`, `\u202e`). A line break becomes `\n`, so the answer is one line.

    Args:
        text: anything, of any origin.
        limit: characters after which the rest is cut, with a note how many there were.
    """
    # Nearly every text there is: no need to look at each character.
    if len(text) <= limit and text.isascii() and text.isprintable():
        return disarmed(text)
    cut = disarmed(text if len(text) <= limit else text[:limit])
    plain = cut.replace("\t", _TAB)
    if len(text) <= limit and plain.isascii() and plain.isprintable():
        return plain
    shown = "".join(_escape(character) for character in cut)
    return shown if len(text) <= limit else f"{shown} … ({len(text)} characters)"


def wrapped(text: str, room: int) -> list[str]:
    """Return the lines of a text, `printable` and broken between words; `room` is in characters.

    A longer word has a line of its own. No word that begins a line commands a CI service.
    """
    lines: list[str] = []
    for word in printable(text, limit=2000).split():
        if lines and len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(disarmed(word))
    return lines


def _escape(character: str) -> str:
    if character == "\t":
        return _TAB
    if character == "\n":
        return "\\n"
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    if code < 0x20 or 0x7F <= code <= 0x9F:
        return f"\\x{code:02x}"
    if character in _INVISIBLE or 0xD800 <= code <= 0xDFFF:
        return f"\\u{code:04x}"
    return character


def width(limit: int = 100) -> int:
    """Return the columns to write to: the terminal's, at most `limit`; 80 where there is no terminal."""
    if not sys.stdout.isatty():
        return WIDTH
    import shutil

    return max(40, min(limit, shutil.get_terminal_size((WIDTH, 24)).columns))


def has_colour(stream: TextIO) -> bool:
    """Say whether `stream` is a terminal that shows colour; NO_COLOR and two that force it decide first."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE", "0") not in {"", "0"}:
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"
