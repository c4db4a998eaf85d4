"""Which programs a stage has: what its base image is known to bring, and what the stage may install.

Sources: the Dockerfiles of Docker's official images; golang on Debian stands on buildpack-deps:scm, which has
git and curl, and installs a C compiler.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from gendock.lint.bases import brings, is_distroless, is_scratch
from gendock.lint.images import parse_image

if TYPE_CHECKING:
    from gendock.dockerfile import Instruction, Stage
    from gendock.lint.context import BuildContext

C_COMPILERS = ("gcc", "cc", "clang", "zig")
# The packages that bring programs under other names.
_PACKAGES = {"gcc": ("build-base", "build-essential", "gcc", "alpine-sdk", "base-devel")}
_BUSYBOX = frozenset({"wget", "nc", "tar", "unzip", "gzip", "ping", "vi", "less", "ps", "top", "sh", "ash"})
_DEBIAN = frozenset({"tar", "gzip", "perl", "sh", "bash", "dash"})
_GO_ON_DEBIAN = (
    frozenset(
        """
    git hg svn curl wget ssh openssl gcc g++ cc c++ make pkg-config ps unzip gpg
""".split()
    )
    | _DEBIAN
)


def may_have_program(
    context: BuildContext, stage: Stage, names: Collection[str], before: Instruction | None = None
) -> bool:
    """Tell whether a stage may have one of some programs; False is for certain.

    Args:
        context: the Dockerfile.
        stage: the stage.
        names: what the program may be called.
        before: the instruction in front of which it is asked; None for the end of the stage.
    """
    known = _of_base(stage)
    if known is None or not known.isdisjoint(names) or brings(stage, names, before):
        return True
    words = {*names, *(package for name in names for package in _PACKAGES.get(name, ()))}
    for script in (script for one in stage.lineage() for script in context.scripts_of(one)):
        if before is not None and script.run.span.start > before.span.start:
            continue
        installed = " ".join(word.text for call in script.package_calls for word in call.outer.words)
        # What a RUN itself calls, it need not have; what an earlier one mentions, it may have brought.
        text = installed if before is not None and script.run is before else script.text
        if "$" in installed or any(word in text for word in words):
            return True
    return False


def _of_base(stage: Stage) -> frozenset[str] | None:
    """Return the programs of a base image beyond those of every system; None where nobody knows."""
    if is_scratch(stage) or is_distroless(stage):
        return frozenset()
    image = parse_image(stage.root.base or "")
    if image.official in ("alpine", "busybox") or (image.official == "golang" and "alpine" in image.tag):
        return _BUSYBOX
    if image.official in ("debian", "ubuntu"):
        return _DEBIAN
    return _GO_ON_DEBIAN if image.official == "golang" else None
