"""What a run of the linter looks for, and what it does with it: settings, from wherever they come."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from gendock.errors import GendockError
from gendock.lint.mistake import Severity
from gendock.lint.options import RuleOptions
from gendock.lint.profiles import Profile, version_key
from gendock.lint.registry import registry
from gendock.lint.rule import Rule
from gendock.version import VERSION

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from gendock.lint.plan import Plan


class Settings(Struct, frozen=True, dict=True):
    """Settings for the files of one folder.

    Rules are named by code, name, peer's name, prefix of codes, or ALL.

    Attributes:
        select: the rules to run; those of the profile where empty.
        extend_select: rules to run as well.
        ignore: rules not to run.
        insisted: what the command line selects; it runs although `ignore` has it, unless that is more exact.
        per_file_ignores: rules not to run on files that a pattern (as in .gitignore) matches.
        severity: other severities than the rules' own.
        fail_level: the severity from which on a finding fails the run; None for never.
        exclude: patterns of files to pass over while searching folders.
        require_reason: a comment that silences a rule has to say why.
        pragmas: comments may silence rules.
        profile: the rules that run where nobody names them.
        rules_version: leave out the rules that came with a later version, so that an upgrade finds nothing
            new; empty for all.
        options: what single rules are told.
        root: the folder that patterns count from, for files below it; for others it is the working directory.
        per_file_root: the one for the patterns of `per_file_ignores`, where they are not of the same file.
        source: the file that the settings were read from, None for the defaults.
    """

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    insisted: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    severity: tuple[tuple[str, Severity], ...] = ()
    fail_level: Severity | None = Severity.STYLE
    exclude: tuple[str, ...] = ()
    require_reason: bool = False
    pragmas: bool = True
    profile: Profile = Profile.DEFAULT
    rules_version: str = ""
    options: RuleOptions = RuleOptions()
    root: Path = field(default_factory=Path)
    per_file_root: Path | None = None
    source: Path | None = None

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules to run, in the order of their codes.

        Raises:
            GendockError: a name stands for no rule, or the rules of a later gendock are wanted.
        """
        if self.rules_version and version_key(self.rules_version) > version_key(VERSION):
            where = f"{self.source}: " if self.source else ""
            raise GendockError(
                f"{where}rules-version {self.rules_version} is newer than this gendock, which is {VERSION}"
            )
        known = registry()
        wanted = (
            known.select_all(self.select) if self.select else frozenset(filter(self._by_profile, known.rules))
        )
        wanted |= known.select_all(self.extend_select)
        unwanted = self._unwanted
        return tuple(rule for rule in known.rules if rule in wanted and rule not in unwanted)

    @cached_property
    def _unwanted(self) -> frozenset[Rule]:
        insisted = [registry().select_all([name]) for name in self.insisted]
        unwanted: set[Rule] = set()
        for name in ",".join(self.ignore).split(",") if self.ignore else ():
            ignored = registry().select_all([name])
            unwanted |= ignored.difference(*(rules for rules in insisted if rules <= ignored))
        return frozenset(unwanted)

    def _by_profile(self, rule: Rule) -> bool:
        if self.rules_version and version_key(rule.since) > version_key(self.rules_version):
            return False
        return self.profile.holds(rule)

    @cached_property
    def severities(self) -> Mapping[Rule, Severity]:
        """The severities that differ from the rules' own; the last name that stands for a rule decides."""
        return {rule: severity for name, severity in self.severity for rule in registry().select(name)}

    def severity_of(self, rule: Rule, usual: Severity | None = None) -> Severity:
        """Return how bad a rule's finding is; `usual` is what it would be without settings."""
        return self.severities.get(rule, usual or rule.severity)

    def fails(self, severity: Severity) -> bool:
        """Tell whether a finding of that severity fails the run."""
        return self.fail_level is not None and severity >= self.fail_level

    def rules_for(self, path: Path | str) -> tuple[Rule, ...]:
        """Return the rules to run on one file."""
        if not self.per_file_ignores:
            return self.rules
        unwanted: set[Rule] = set()
        relative = _relative(Path(path), self.per_file_root or self.root)
        for (_, names), pattern in zip(self.per_file_ignores, self._patterns, strict=True):
            if pattern.match_file(relative):
                unwanted |= registry().select_all(names)
        return tuple(rule for rule in self.rules if rule not in unwanted)

    def plan_for(self, filename: str) -> Plan:
        """Return the rules to run on one file, ready to be asked."""
        if not self.per_file_ignores:
            return self._plan
        from gendock.lint.plan import plan_of

        return plan_of(self.rules_for(filename))

    @cached_property
    def _plan(self) -> Plan:
        from gendock.lint.plan import plan_of

        return plan_of(self.rules)

    def experiments_for(self, path: Path | str, names: Collection[str]) -> tuple[Rule, ...]:
        """Return the rules that a file asks for itself, by what other tools call them, and that it lacks."""
        if not names or self.select:
            return ()
        wanted = {rule for rule in registry().rules if not set(names).isdisjoint(rule.also)}
        unwanted = self._unwanted | {*self.rules_for(path)}
        return tuple(sorted(wanted - unwanted, key=lambda rule: rule.code))

    def excludes(self, path: Path) -> bool:
        """Tell whether a file is to be passed over."""
        return bool(self.exclude) and self._excluded.match_file(_relative(path, self.root))

    @cached_property
    def _patterns(self) -> tuple[GitIgnoreSpec, ...]:
        from pathspec import GitIgnoreSpec

        return tuple(GitIgnoreSpec.from_lines([pattern]) for pattern, _ in self.per_file_ignores)

    @cached_property
    def _excluded(self) -> GitIgnoreSpec:
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(self.exclude)


def _relative(path: Path, root: Path) -> str:
    """Return a path as patterns see it; a link is what it is called."""
    whole = path.parent.resolve() / path.name
    above = next((one for one in (root.resolve(), Path.cwd()) if whole.is_relative_to(one)), None)
    return (whole.relative_to(above) if above else whole).as_posix()
