"""The 18 keywords and their flags, as one table.

Source: moby/buildkit, frontend/dockerfile/instructions/parse.go and its neighbours.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from gendock.dockerfile.spaces import lower


class Keyword(Struct, frozen=True):
    """What BuildKit knows of one keyword's flags.

    `flags` need a value; `switches` are true alone, or take true or false; `repeatable` may come again.
    `reads_flags` is False where BuildKit never looks at them, whatever they are.
    """

    name: str
    flags: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()
    repeatable: tuple[str, ...] = ()
    reads_flags: bool = True


KEYWORDS = {
    keyword.name: keyword
    for keyword in (
        Keyword(
            "ADD",
            flags=("chown", "chmod", "checksum", "exclude"),
            switches=("link", "keep-git-dir", "unpack"),
            repeatable=("exclude",),
        ),
        Keyword("ARG", reads_flags=False),
        Keyword("CMD"),
        Keyword(
            "COPY",
            flags=("chown", "from", "chmod", "exclude"),
            switches=("link", "parents"),
            repeatable=("exclude",),
        ),
        Keyword("ENTRYPOINT"),
        Keyword("ENV"),
        Keyword("EXPOSE"),
        Keyword("FROM", flags=("platform",)),
        Keyword("HEALTHCHECK", flags=("interval", "timeout", "start-period", "start-interval", "retries")),
        Keyword("LABEL"),
        Keyword("MAINTAINER"),
        Keyword("ONBUILD"),
        Keyword("RUN", flags=("mount", "network", "security", "device"), repeatable=("mount", "device")),
        Keyword("SHELL"),
        Keyword("STOPSIGNAL", reads_flags=False),
        Keyword("USER"),
        Keyword("VOLUME"),
        Keyword("WORKDIR"),
    )
}

_BY_SMALL_LETTERS = {name.lower(): keyword for name, keyword in KEYWORDS.items()}


@lru_cache(maxsize=256)
def keyword_named(text: str) -> Keyword | None:
    """Return the keyword that BuildKit sees in a text, in whatever letters it is written."""
    return _BY_SMALL_LETTERS.get(lower(text))
