r"""What counts as a space, or as a small letter, which is not the same everywhere in BuildKit's reader.

Three sets are in use there: Go's `unicode.IsSpace`, the reader's own pattern for gaps between words
(`[\t\v\f\r ]+`, so a no-break space belongs to a word), and blanks before a line's end (`[ \t]*`).
Source: moby/buildkit, frontend/dockerfile/parser/parser.go.
"""

from __future__ import annotations

import re

UNICODE_SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005"
    "\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)

GAP = re.compile(r"[\t\v\f\r ]+")


def is_space(character: str) -> bool:
    """Tell whether Go's `unicode.IsSpace` holds."""
    return character in UNICODE_SPACES


def lower(text: str) -> str:
    """Return what Go's `strings.ToLower` gives: a dotted capital I becomes a plain i, not two characters."""
    return text.replace("\u0130", "i").lower() if not text.isascii() else text.lower()
