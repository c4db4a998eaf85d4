"""What a run of the linter looks for."""

from __future__ import annotations

from dataclasses import dataclass

from gendock.lint.registry import registry
from gendock.lint.rule import Rule


@dataclass(frozen=True)
class Settings:
    """The rules that a person asked for.

    `select` holds codes, names, prefixes or ALL and is everything where empty; `ignore` is taken off it.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def rules(self) -> tuple[Rule, ...]:
        """Return the rules to run, in the order of their codes.

        Raises:
            GendockError: a selector names no rule.
        """
        known = registry()
        wanted = known.select_all(self.select) if self.select else frozenset(known.rules)
        unwanted = known.select_all(self.ignore)
        return tuple(rule for rule in known.rules if rule in wanted and rule not in unwanted)
