"""Options that cannot do their work together: refused, not passed over in silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gendock.errors import GendockError

# Each an option, others that do not go with it, and why.
Mixtures = Sequence[tuple[str, tuple[str, ...], str]]

_STARTED = tuple(
    """
    --kind --port --health --expect-log --env --arg --memory --egress --compose --service --ready-timeout
    --stop-timeout --keep
""".split()
)
_BUILT = ("--file", "--target", "--tag", "--builder", "--build-arg", "--secret", "--ssh", "--rm")

LINT: Mixtures = (
    ("--add-ignore", ("--fix", "--diff"), "mend first, then silence what is left"),
    ("--add-ignore", ("--write-baseline",), "both let known findings pass; one is enough"),
    ("--diff", ("--write-baseline", "--statistics"), "it shows edits, and writes nothing"),
    ("--watch", ("--fix", "--diff", "--add-ignore"), "it only shows findings while you edit"),
    ("--watch", ("--write-baseline", "--statistics"), "it shows findings again and again"),
    (
        "--explain-build",
        ("--fix", "--diff", "--add-ignore", "--write-baseline", "--statistics", "--watch"),
        "it shows the build, not findings",
    ),
    ("--watch", ("-",), "standard input does not change"),
)
BUILD: Mixtures = (
    ("--check", ("--push", "--output", "--metadata-file", "--sbom", "--provenance"), "it builds nothing"),
)
SMOKE: Mixtures = (
    ("an image's archive", (*_BUILT, *_STARTED), "its files are looked at, and no more"),
    ("an image's name", _BUILT, "only a folder or a Dockerfile is built"),
    ("--static-only", _STARTED, "nothing is started"),
    ("--keep", ("--rm",), "one leaves the image there, the other takes it away"),
    ("--kind cli", ("--port", "--health", "--expect-log"), "a command is asked for its help"),
    ("--kind worker", ("--port", "--health"), "a worker listens nowhere"),
)


def refuse_mixtures(mixtures: Mixtures, modes: Mapping[str, object]) -> None:
    """Refuse options that cannot do their work together; `modes` are options and what was given for them.

    Raises:
        GendockError: two of them were given.
    """
    given = [name for name, value in modes.items() if value not in (None, False)]
    for name, others, why in mixtures:
        for other in others:
            if name in given and other in given:
                raise GendockError(f"{name} and {other} cannot be combined: {why}")
