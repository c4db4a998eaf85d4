"""Run the rules over files."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gendock.dockerfile import Dockerfile, Instruction, read
from gendock.errors import GendockError
from gendock.lint.context import BuildContext
from gendock.lint.discover import find_dockerfiles
from gendock.lint.finding import Finding
from gendock.lint.mistake import Mistake
from gendock.lint.pragmas import silenced_by
from gendock.lint.rule import Rule
from gendock.lint.settings import Settings


@dataclass(frozen=True)
class LintResult:
    """What was found: the files that were read, and their findings in the order of the files."""

    filenames: tuple[str, ...]
    findings: tuple[Finding, ...]


def lint_paths(paths: Sequence[Path], settings: Settings) -> LintResult:
    """Lint files, and the Dockerfiles in folders.

    Raises:
        GendockError: a named path is not there or cannot be read, or the settings name no rule.
    """
    files = find_dockerfiles(paths)
    rules = settings.rules()
    findings: list[Finding] = []
    for path in files:
        findings.extend(_lint(read_bytes(path), str(path), path.parent, rules))
    return LintResult(tuple(str(path) for path in files), tuple(findings))


def read_bytes(path: Path) -> bytes:
    """Read a file.

    Raises:
        GendockError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise GendockError(f"cannot read {path}: {error.strerror}") from None


def lint_text(
    content: bytes | str, settings: Settings, *, filename: str = "Dockerfile", folder: Path | None = None
) -> tuple[Finding, ...]:
    """Lint one Dockerfile's content.

    Args:
        content: the file.
        settings: which rules.
        filename: the name to show.
        folder: the build context, where there is one.
    """
    return tuple(_lint(content, filename, folder, settings.rules()))


def _lint(content: bytes | str, filename: str, folder: Path | None, rules: Sequence[Rule]) -> list[Finding]:
    file = read(content)
    context = BuildContext(file, folder)
    places = _Places(file)
    found = [_finding(rule, mistake, filename, places) for rule in rules for mistake in rule.check(context)]
    kept = [finding for finding in found if not silenced_by(file, finding.rule, finding.span)]
    return sorted(kept, key=lambda finding: (finding.span, finding.rule.code))


class _Places:
    """Which instruction and which stage a place belongs to."""

    def __init__(self, file: Dockerfile) -> None:
        self.file = file
        self._starts = [instruction.span.start for instruction in file.instructions]

    def of(self, offset: int) -> tuple[Instruction | None, str]:
        """Return the instruction at an offset and the name of its stage, or its number."""
        at = bisect_right(self._starts, offset) - 1
        if at < 0:
            return None, ""
        instruction = self.file.instructions[at]
        stage = ""
        for candidate in self.file.stages:
            if candidate.start.span.start <= instruction.span.start:
                stage = candidate.name or str(candidate.index)
        return instruction, stage


def _finding(rule: Rule, mistake: Mistake, filename: str, places: _Places) -> Finding:
    instruction, stage = places.of(mistake.span.start)
    return Finding(
        rule=rule,
        severity=rule.severity,
        filename=filename,
        source=places.file.source,
        span=mistake.span,
        message=mistake.message,
        help=mistake.help,
        also=rule.also if mistake.also is None else mistake.also,
        stage=stage,
        instruction=instruction.name if instruction else "",
        fix=mistake.fix,
        related=mistake.related,
    )
