"""Did you mean ...? One small matcher for keywords, flags, stages and rule names."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

# A file with thousands of stages and as many misspelt names would else take a difference of each with each.
_MOST = 50
_LONGEST = 200


# What ERB, Jinja and Go put around what they replace.
TEMPLATE_MARKS = ("<%", "{{", "{%")
# What people write without RUN, most of all who come from shell scripts.
SHELL_PROGRAMS = frozenset(
    """
    apk apt apt-get dnf yum npm npx pip pip3 yarn bash cat cd chmod chown cp echo ln mkdir mv rm sed sh
    touch adduser useradd curl wget tar git go make python python3
""".split()
)

# What other languages call an instruction, of which the letters say something else.
NAMED_ELSEWHERE = {"cd": "WORKDIR", "chdir": "WORKDIR", "cwd": "WORKDIR", "export": "ENV"}


def nearest(word: str, known: Iterable[str], *, most: int = _MOST) -> str | None:
    """Return the known name that `word` most likely was meant to be, None where none is near.

    Compared without regard to case; 0.6 is difflib's own bound for a close match. Very long words and names
    behind the first `most` are left out.
    """
    if len(word) > _LONGEST:
        return None
    # Files without a mistake, most of them, need none of this.
    from difflib import get_close_matches

    by_folded = {name.casefold(): name for name in islice(known, most)}
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def is_slip(word: str, known: str) -> bool:
    """Tell whether a word is a known name with a slip of the finger, which needs nobody to be asked."""
    from difflib import SequenceMatcher

    one, other = word.casefold(), known.casefold()
    likeness = SequenceMatcher(None, one, other).ratio()
    in_length = abs(len(one) - len(other)) <= 1
    return likeness >= 0.85 or (in_length and (likeness >= 0.7 or sorted(one) == sorted(other)))
