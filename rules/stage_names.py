"""Names of stages that a Dockerfile uses."""

from __future__ import annotations

import re
from itertools import islice

from gendock.dockerfile import Copy, Dockerfile
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.mistake import replace

# A name that says nothing of a registry, a tag or a digest: as stages have them, and few images besides.
_BARE = re.compile(r"[a-z][a-z0-9_-]{1,60}")
_NEAR = 0.75
_MOST = 50


@rule("GD104", "misspelt-stage", severity=Severity.WARNING, needs=(Copy,))
def misspelt_stage(file: Dockerfile) -> Mistakes:
    """COPY --from names an image, and a stage has nearly that name.

    What is no stage is an image for BuildKit: it asks the registry for `biuld:latest`, which does not exist,
    or is somebody else's.

    Bad:
        FROM debian:12 AS build
        RUN touch /app

        FROM debian:12
        COPY --from=biuld /app /app

    Good:
        FROM debian:12 AS build
        RUN touch /app

        FROM debian:12
        COPY --from=build /app /app
    """
    names = {stage.name for stage in file.stages if stage.name}
    images = {stage.base for stage in file.stages}
    copies = (copy for stage in file.stages for copy in stage.of(Copy) if copy.flag("from"))
    for copy in islice(copies, _MOST):
        flag = copy.flag("from")
        if flag is None or flag.value is None:
            continue
        name = flag.value.text
        if not _BARE.fullmatch(name) or name in names | images | {"scratch"}:
            continue
        near = _nearest(name, names)
        if near is not None:
            yield Mistake(
                flag.value.span,
                f"no stage is called {name}, so this is the image {name}:latest",
                f"did you mean {near}?",
                replace(flag.value.span, near, f"take it from the stage {near}", safe=False),
                covers=(("DL3022", flag.value.span),),
            )


def _nearest(name: str, names: set[str]) -> str | None:
    """The stage that a name most likely means; stricter than for keywords, as any name may be an image's."""
    from difflib import get_close_matches

    found = get_close_matches(name, sorted(names)[:_MOST], n=1, cutoff=_NEAR)
    return found[0] if found else None
