"""Did you mean ...? One small matcher for keywords, flags, stages and rule names."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known name that `word` most likely was meant to be, None where none is near.

    Compared without regard to case; 0.6 is difflib's own bound for a close match.
    """
    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None
