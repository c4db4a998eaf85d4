"""Run the rules over files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct

from gendock.dockerfile import read
from gendock.lint.context import BuildContext
from gendock.lint.finding import Finding
from gendock.lint.mistake import Mistake
from gendock.lint.places import Places
from gendock.lint.plan import plan_of
from gendock.lint.pragmas import experiments_of
from gendock.lint.profiles import Profile
from gendock.lint.rule import Rule
from gendock.lint.settings import Settings
from gendock.lint.shellcheck import Inquiry
from gendock.lint.silencing import silence

# So many trees are held at a time, and so many files' scripts go to one ShellCheck.
_TOGETHER = 500


class Input(Struct, frozen=True):
    """A file to lint: its content, its settings, the name to show, and the build context if there is one."""

    content: bytes | str
    settings: Settings
    filename: str = "Dockerfile"
    folder: Path | None = None
    context_folder: Path | None = None

    def context(self) -> BuildContext:
        """Read it."""
        name = os.path.basename(self.filename)  # noqa: PTH119 - of hundreds of files, and quicker
        profile = self.settings.profile
        return BuildContext(
            read(self.content),
            self.folder,
            self.settings.options,
            name=name,
            sh_is_posix=profile is Profile.HADOLINT,
            is_doubted=profile is not Profile.DEFAULT,
            context_folder=self.context_folder,
        )


def lint_context(context: BuildContext, settings: Settings, filename: str) -> tuple[Finding, ...]:
    """Lint one Dockerfile with what stands around it."""
    linting = _Linting(context, settings, filename, own_inquiry())
    linting.inquiry.ask([context] if linting.asks_shellcheck else [])
    return linting.findings()


def lint_all(inputs: Sequence[Input], inquiry: Inquiry) -> Iterator[tuple[BuildContext, tuple[Finding, ...]]]:
    """Lint many files; ShellCheck looks at the scripts of all of them while the rules run.

    Yields:
        Each file, with what stands around it, and its findings, in order.

    Raises:
        GendockError: ShellCheck failed.
    """
    try:
        # Where ShellCheck has nothing to say, each tree is let go before the next one is read.
        together = _TOGETHER if any(one.settings.plan_for(one.filename).remarks for one in inputs) else 1
        for at in range(0, len(inputs), together):
            some = inputs[at : at + together]
            lintings = [_Linting(one.context(), one.settings, one.filename, inquiry) for one in some]
            inquiry.ask(linting.context for linting in lintings if linting.asks_shellcheck)
            if len(lintings) > 1:
                for linting in lintings:
                    linting.check()
            for linting in lintings:
                yield linting.context, linting.findings()
    finally:
        inquiry.stop()


@cache
def own_inquiry() -> Inquiry:
    """What this process has asked ShellCheck: a fix lints nearly the same text again and again."""
    return Inquiry()


class _Linting:
    """One file on the way to its findings."""

    def __init__(self, context: BuildContext, settings: Settings, filename: str, inquiry: Inquiry) -> None:
        self.context = context
        self.inquiry = inquiry
        self._settings = settings
        self._filename = filename
        self._plan = settings.plan_for(filename)
        self._places = Places(context.file, filename, settings)
        self._found: list[Finding] | None = None

    @property
    def asks_shellcheck(self) -> bool:
        """Whether any of ShellCheck's codes is wanted."""
        return bool(self._plan.remarks)

    def check(self) -> list[Finding]:
        """Run the rules, if they did not run yet; what ShellCheck says comes later."""
        if self._found is None:
            context, places = self.context, self._places
            everywhere = self._settings.profile.judges_build_stages
            self._found = [
                places.finding(rule, mistake)
                for rule, mistake in self._plan.check(context)
                if not rule.shipped or everywhere or places.is_shipped(mistake, context)
            ]
        return self._found

    def findings(self) -> tuple[Finding, ...]:
        """Return all that is found and not silenced, in the order of the file."""
        places = self._places
        found = self.check() + [places.finding(rule, mistake) for rule, mistake in self._remarks()]
        if self._settings.pragmas:
            found += self._asked_for()
            reason = self._settings.require_reason
            found, silencing = silence(self.context.file, found, self._ran(), require_reason=reason)
            for rule in self._plan.about_silencing if silencing.file.comments else ():
                found += [places.finding(rule, mistake) for mistake in rule.function(silencing)]
        return tuple(sorted(_without_covered(found), key=lambda finding: (finding.span, finding.rule.code)))

    def _remarks(self) -> Iterator[tuple[Rule, Mistake]]:
        if not self.asks_shellcheck:
            return
        for number, mistake in self.inquiry.mistakes(self.context):
            rule = self._plan.remarks.get(number)
            if rule is not None:
                yield rule, mistake
                continue
            from gendock.lint.shellcheck.rules import is_known, unknown_rule

            if not is_known(number):
                yield unknown_rule(number), mistake

    def _ran(self) -> tuple[Rule, ...]:
        """Return the rules that had a say: without ShellCheck, its codes had none."""
        rules = self._settings.rules_for(self._filename)
        if self.inquiry.program is not None or not self.asks_shellcheck:
            return rules
        absent = set(self._plan.remarks.values())
        return tuple(rule for rule in rules if rule not in absent)

    def _asked_for(self) -> Iterator[Finding]:
        """Yield the findings of what the file itself asks for: BuildKit's experimental checks."""
        asked = experiments_of(self.context.file)
        if not asked:
            return
        rules = self._settings.experiments_for(self._filename, {name for name, _ in asked})
        for rule, mistake in plan_of(rules).check(self.context):
            at = mistake.span.start
            if any(scope is None or scope.start <= at <= scope.end for _, scope in asked):
                yield self._places.finding(rule, mistake)


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
