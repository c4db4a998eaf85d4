"""`gendock lint --explain-build`: what each instruction reads and writes, and where the build will fail."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gendock.cli.printing import put, say
from gendock.report.terminal import printable

if TYPE_CHECKING:
    from gendock.cli.lint_targets import Target


def explain_builds(targets: Sequence[Target], *, as_json: bool) -> bool:
    """Print what the builds of some Dockerfiles do; tell whether one of them will fail."""
    from gendock.report.build_walk import BuildWalk

    walks: list[BuildWalk] = []
    for target in targets:
        build = target.input.context().go
        if build is None:
            say(f"{printable(target.filename)}: no Go module around it, or no call of go in it", err=True)
        else:
            walks.append(BuildWalk(build, target.filename, target.lint()))
    if as_json:
        put(json.dumps([walk.record() for walk in walks], indent=2, ensure_ascii=False) + "\n")
    else:
        put("\n".join(walk.text() for walk in walks))
    return any(walk.fails for walk in walks)
