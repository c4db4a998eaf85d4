"""Run the rules over one file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from gendock.dockerfile import Dockerfile, Source, read
from gendock.errors import GendockError
from gendock.lint.buildkit_checks import BUILDKIT_CHECKS
from gendock.lint.context import BuildContext, read_beside
from gendock.lint.finding import Finding
from gendock.lint.mistake import Mistake, Severity
from gendock.lint.pragmas import asks_for_errors, experiments_of
from gendock.lint.rule import Rule
from gendock.lint.settings import Settings
from gendock.lint.silencing import silence

if TYPE_CHECKING:
    from gendock.lint.cache import FindingsCache


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
    context = BuildContext(read(content), folder, settings.options, name=Path(filename).name)
    return lint_context(context, settings, filename)


def lint_file(
    content: bytes, settings: Settings, *, filename: str, folder: Path | None, cache: FindingsCache
) -> tuple[Finding, ...]:
    """Lint one Dockerfile's content, or take the findings of an earlier run where they still hold."""
    from gendock.lint.cache import ABSENT, digest, key_of

    def digest_beside(name: str) -> str:
        beside = read_beside(folder, name)
        return ABSENT if beside is None else digest(beside)

    key = key_of(content, settings, Path(filename))
    known = cache.get(key, digest_beside, Source.of(content), filename)
    if known is not None:
        return known
    context = BuildContext(read(content), folder, settings.options, name=Path(filename).name)
    findings = lint_context(context, settings, filename)
    beside = {name: ABSENT if seen is None else digest(seen) for name, seen in context.seen.items()}
    cache.put(key, beside, findings)
    return findings


def lint_context(context: BuildContext, settings: Settings, filename: str) -> tuple[Finding, ...]:
    """Lint one Dockerfile with what stands around it."""
    file = context.file
    rules = settings.rules_for(Path(filename))
    places = _Places(file, filename, settings)
    found = [
        places.finding(rule, mistake)
        for rule in rules
        for mistake in rule.check(context)
        if not rule.shipped or settings.profile.judges_build_stages or places.is_shipped(mistake, context)
    ]
    if settings.pragmas:
        found += _asked_for(context, places, settings, filename)
        found, silencing = silence(file, found, rules, require_reason=settings.require_reason)
        for rule in rules:
            found += [places.finding(rule, mistake) for mistake in rule.judge(silencing)]
    return tuple(sorted(_without_covered(found), key=lambda finding: (finding.span, finding.rule.code)))


def _without_covered(findings: list[Finding]) -> list[Finding]:
    """Leave out what another finding says better: one mistake gives one finding."""
    covered = [one for finding in findings for one in finding.covers]
    if not covered:
        return findings
    return [
        finding
        for finding in findings
        if not any(
            finding.rule.code == code
            and within.start <= finding.span.start
            and finding.span.end <= within.end
            for code, within in covered
        )
    ]


def _asked_for(
    context: BuildContext, places: _Places, settings: Settings, filename: str
) -> Iterator[Finding]:
    """Yield the findings of what the file itself asks for, where it does: BuildKit's experimental checks."""
    asked = experiments_of(context.file)
    for rule in settings.experiments_for(Path(filename), {name for name, _ in asked}):
        for mistake in rule.check(context):
            at = mistake.span.start
            if any(scope is None or scope.start <= at <= scope.end for _, scope in asked):
                yield places.finding(rule, mistake)


class _Places:
    """Makes findings of mistakes: it knows the instruction and the stage that a place belongs to."""

    def __init__(self, file: Dockerfile, filename: str, settings: Settings) -> None:
        self._file = file
        self._filename = filename
        self._settings = settings
        self._instructions = [instruction.span.start for instruction in file.instructions]
        self._stages = [stage.start.span.start for stage in file.stages]
        self._checks_fail = settings.pragmas and asks_for_errors(file)

    def is_shipped(self, mistake: Mistake, context: BuildContext) -> bool:
        """Tell whether a mistake's stage is part of an image that is shipped."""
        return max(bisect_right(self._stages, mistake.span.start) - 1, 0) in context.shipped

    def finding(self, rule: Rule, mistake: Mistake) -> Finding:
        """Return a rule's mistake with all that a report needs."""
        start = mistake.span.start
        at = bisect_right(self._instructions, start) - 1
        stage_at = bisect_right(self._stages, start) - 1
        stage = self._file.stages[stage_at] if stage_at >= 0 else None
        also = rule.also if mistake.also is None else mistake.also
        # `# check=error=true` makes BuildKit stop at its own checks.
        fatal = self._checks_fail and not BUILDKIT_CHECKS.isdisjoint(also)
        return Finding(
            rule=rule,
            severity=Severity.ERROR if fatal else self._settings.severity_of(rule, mistake.severity),
            filename=self._filename,
            source=self._file.source,
            span=mistake.span,
            message=mistake.message,
            help=mistake.help,
            also=also,
            stage=(stage.name or str(stage.index)) if stage else "",
            instruction=self._file.instructions[at].name if at >= 0 else "",
            fix=mistake.fix,
            related=mistake.related,
            covers=mistake.covers,
        )
