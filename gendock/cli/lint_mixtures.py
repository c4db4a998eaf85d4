"""Options of `gendock lint` that cannot do their work together: refused, not passed over in silence."""

from __future__ import annotations

from collections.abc import Mapping

from gendock.errors import GendockError

_MIXTURES = (
    ("--add-ignore", ("--fix", "--diff"), "mend first, then silence what is left"),
    ("--add-ignore", ("--write-baseline",), "both let known findings pass; one is enough"),
    ("--watch", ("--fix", "--diff", "--add-ignore"), "it only shows findings while you edit"),
    ("--watch", ("--write-baseline", "--statistics"), "it shows findings again and again"),
    (
        "--explain-build",
        ("--fix", "--diff", "--add-ignore", "--write-baseline", "--statistics", "--watch"),
        "it shows the build, not findings",
    ),
    ("--watch", ("-",), "standard input does not change"),
)


def refuse_mixtures(modes: Mapping[str, object]) -> None:
    """Refuse options that cannot do their work together; `modes` are options and what was given for them.

    Raises:
        GendockError: two of them were given.
    """
    given = [name for name, value in modes.items() if value not in (None, False)]
    for name, others, why in _MIXTURES:
        for other in others:
            if name in given and other in given:
                raise GendockError(f"{name} and {other} cannot be combined: {why}")
