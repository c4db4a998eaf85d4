"""Where a mistake stands: a finding's instruction and stage."""

from __future__ import annotations

from bisect import bisect_right

from gendock.dockerfile import Dockerfile
from gendock.lint.buildkit_checks import BUILDKIT_CHECKS
from gendock.lint.context import BuildContext
from gendock.lint.edits import with_line_ends
from gendock.lint.finding import Finding
from gendock.lint.mistake import Mistake, Severity
from gendock.lint.pragmas import asks_for_errors
from gendock.lint.rule import Rule
from gendock.lint.settings import Settings


class Places:
    """Makes findings of mistakes: it knows the instruction and the stage that a place belongs to."""

    def __init__(self, file: Dockerfile, filename: str, settings: Settings) -> None:
        """Take the file, the name to show, and the settings that say how bad each rule's mistakes are."""
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
            fix=with_line_ends(self._file.source, mistake.fix) if mistake.fix else None,
            related=mistake.related,
            covers=mistake.covers,
        )
