"""Which comments silenced which findings."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gendock.dockerfile import Dockerfile
from gendock.lint.finding import Finding
from gendock.lint.pragmas import Pragma, names_rule, pragmas_of
from gendock.lint.rule import Rule


class Silencing(Struct, frozen=True):
    """The comments of a file that silence rules, the findings that they silenced, and the rules that ran."""

    file: Dockerfile
    pragmas: tuple[Pragma, ...]
    silenced: tuple[Finding, ...]
    rules: tuple[Rule, ...]
    require_reason: bool

    def is_used(self, pragma: Pragma, name: str | None) -> bool:
        """Tell whether a name in a pragma (None: the pragma as a whole) silenced a finding.

        A name that stands for a rule which did not run counts as used: nobody can know.
        """
        if name is not None:
            named = [rule for rule in self.rules if names_rule(name, rule)]
            if not named:
                return self.is_known(name)
        return any(
            pragma.covers(finding.rule, finding.span) and (name is None or names_rule(name, finding.rule))
            for finding in self.silenced
        )

    def is_known(self, name: str) -> bool:
        """Tell whether a name stands for any rule at all."""
        from gendock.lint.registry import registry

        return any(names_rule(name, rule) for rule in registry().rules)


def silence(
    file: Dockerfile, findings: Sequence[Finding], rules: tuple[Rule, ...], *, require_reason: bool
) -> tuple[list[Finding], Silencing]:
    """Take out the findings that a comment silences; one without a reason, where it needs one, does not."""
    pragmas = pragmas_of(file)
    able = [pragma for pragma in pragmas if pragma.reason or not (require_reason and pragma.own)]
    if not able:
        return [*findings], Silencing(file, pragmas, (), rules, require_reason)
    kept: list[Finding] = []
    silenced: list[Finding] = []
    for finding in findings:
        covered = any(pragma.covers(finding.rule, finding.span) for pragma in able)
        (silenced if covered else kept).append(finding)
    return kept, Silencing(file, pragmas, tuple(silenced), rules, require_reason)
