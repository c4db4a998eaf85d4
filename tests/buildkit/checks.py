"""Where BuildKit's own checks and gendock's rules of the same names differ about one Dockerfile."""

from __future__ import annotations

from bisect import bisect_right
from pathlib import Path
from typing import Any

from gendock.dockerfile import Dockerfile, From, Instruction, read
from gendock.lint import Settings, registry
from gendock.lint.buildkit_checks import BUILDKIT_CHECKS, EXPERIMENTAL_CHECKS
from gendock.lint.context import BuildContext
from gendock.lint.profiles import Profile
from gendock.lint.run import lint_context

RULES = tuple(rule.code for rule in registry().rules if not BUILDKIT_CHECKS.isdisjoint(rule.also))
# What a file has to ask for itself.
_USUAL = Settings(select=RULES, profile=Profile.ALL)
_ASKED = Settings()

Found = set[tuple[str, int]]


def theirs(file: Dockerfile, answer: dict[str, Any]) -> Found:
    """Return BuildKit's warnings: check, and the row in which its instruction begins."""
    starts = [file.source.position(one.span.start).row for one in file.instructions]
    found: Found = set()
    for warning in answer.get("warnings") or ():
        # An empty continuation is placed where the instruction ends.
        at = bisect_right(starts, warning["row"]) - 1
        found.add((warning["rule"], starts[at] if at >= 0 else warning["row"]))
    return found


def where_gendock_says_it(file: Dockerfile, found: Found) -> Found:
    """Move what BuildKit says to the instruction at which gendock says the same."""
    rows = {file.source.position(one.span.start).row: one for one in file.instructions}
    return {
        (check, _next_of_its_name(rows, rows[row]) if check == "MultipleInstructionsDisallowed" else row)
        for check, row in found
    }


def is_listed(file: Dockerfile, check: str, row: int) -> bool:
    """Tell whether docs/differences-buildkit.md lists that only BuildKit says this."""
    here = (one for one in file.instructions if file.source.position(one.span.start).row == row)
    return any(_is_listed(check, one) for one in here)


def _next_of_its_name(rows: dict[int, Instruction], instruction: Instruction) -> int:
    """BuildKit names those that are ignored, gendock those because of which they are."""
    later = (row for row, one in rows.items() if one.span > instruction.span and one.name == instruction.name)
    return min(later, default=0)


def _is_listed(check: str, instruction: Instruction) -> bool:
    """Tell whether BuildKit finds something there, and gendock does not."""
    if check == "WorkdirRelativePath":
        path = instruction.line.text
        return "$" in path or ":" in path or "\\" in path
    if check == "JSONArgsRecommended":
        return not instruction.words
    if check == "FromPlatformFlagConstDisallowed" and isinstance(instruction, From):
        alias = instruction.alias.text.lower() if instruction.alias else ""
        return any(name in alias for name in ("x86_64", "aarch64", "i386", "armhf"))
    return check == "InvalidBaseImagePlatform" and instruction.flag("platform") is None


def ours(file: Dockerfile, environment: dict[str, str] | None, folder: Path | None) -> Found:
    """Return gendock's findings that name one of BuildKit's checks, in the same form."""
    starts = [one.span.start for one in file.instructions]
    context = BuildContext(file, folder, base_environment=environment)
    found: Found = set()
    for settings, checks in ((_USUAL, BUILDKIT_CHECKS - EXPERIMENTAL_CHECKS), (_ASKED, EXPERIMENTAL_CHECKS)):
        if settings is _ASKED and "experimental" not in file.source.text:
            continue
        for finding in lint_context(context, settings, "Dockerfile"):
            if checks.isdisjoint(finding.also):
                continue
            inside = bisect_right(starts, finding.span.start) - 1
            # A description stands above its instruction.
            at = inside + 1 if settings is _ASKED else max(inside, 0)
            row = file.source.position(starts[at]).row
            found |= {(name, row) for name in checks.intersection(finding.also)}
    return found


def check_differences(
    content: bytes,
    answer: dict[str, Any],
    environment: dict[str, str],
    folder: Path | None = None,
) -> list[str]:
    """Return what differs, in words; nothing where the two agree."""
    file = read(content)
    mine = ours(file, environment, folder)
    other = where_gendock_says_it(file, theirs(file, answer))
    left = (one for one in sorted(other - mine) if not is_listed(file, *one))
    return [
        *(f"only BuildKit: {check} in row {row}" for check, row in left),
        *(f"only gendock: {check} in row {row}" for check, row in sorted(mine - other)),
    ]
