"""The place in the repository that a finding shows besides the Dockerfile's, where its rule names none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gendock.dockerfile import Span
    from gendock.lint.gobuild.go_build import GoBuild
    from gendock.lint.gobuild.go_calls import GoCall
    from gendock.lint.mistake import Related

# Rules about modules and versions; the others are about programs.
_OF_MODULES = "GO1"


def second_place(build: GoBuild, code: str, span: Span) -> tuple[Related, ...]:
    """Return what a finding is about: the module's own line in go.mod, or the `func main` of the program.

    Args:
        build: the build.
        code: the rule's.
        span: where the finding stands in the Dockerfile.
    """
    for call in _nearest(build, span):
        found = () if code.startswith(_OF_MODULES) else _program(build, call)
        if found or call.module is not None:
            return found or _module(build, call)
    for module in build.repository.modules[:1]:
        return build.related(module.evidence, "this module", module.path)
    return ()


def _nearest(build: GoBuild, span: Span) -> Iterator[GoCall]:
    """Yield the go commands: from the finding on, and then those in front of it, the last first."""
    behind = [call for call in build.calls if call.run.span.end >= span.start]
    yield from behind
    yield from (call for call in reversed(build.calls) if call not in behind)


def _program(build: GoBuild, call: GoCall) -> tuple[Related, ...]:
    from gendock.golang import Evidence

    for package in call.built if call.builds else ():
        for file in package.files:
            if file.main_line is not None:
                return build.related(Evidence(file.path, file.main_line), "this program", "func main()")
    return ()


def _module(build: GoBuild, call: GoCall) -> tuple[Related, ...]:
    module = call.module
    return () if module is None else build.related(module.evidence, "this module", module.path)
