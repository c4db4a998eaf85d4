"""All rules, and the names by which people speak of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path

from msgspec import Struct

from gendock.errors import GendockError
from gendock.lint.rule import Rule, registered

EVERYTHING = "ALL"


class Registry(Struct, frozen=True):
    """The rules in the order of their codes."""

    rules: tuple[Rule, ...]

    def select(self, selector: str) -> tuple[Rule, ...]:
        """Return the rules that a code, a name, a peer's name, a prefix of codes, or ALL stands for.

        Raises:
            GendockError: no rule has that name.
        """
        wanted = selector.strip()
        if wanted.casefold() == EVERYTHING.casefold():
            return self.rules
        exact = tuple(rule for rule in self.rules if rule.is_called(wanted))
        by_prefix = tuple(rule for rule in self.rules if rule.is_below(wanted))
        if exact or by_prefix:
            return exact or by_prefix
        from gendock.dockerfile.suggestions import nearest

        names = [name for rule in self.rules for name in rule.names]
        near = nearest(selector, names, most=len(names))
        hint = f"did you mean {near}?" if near else "`gendock rule` lists them all."
        raise GendockError(f"no rule is called {selector!r}; {hint}")

    def select_all(self, selectors: Iterable[str]) -> frozenset[Rule]:
        """Return the union of several selectors; a selector may hold several, separated by commas."""
        found: set[Rule] = set()
        for selector in selectors:
            for one in selector.split(","):
                found.update(self.select(one))
        return frozenset(found)


@cache
def registry() -> Registry:
    """Return the rules; their modules are imported where nobody knows yet what they hold.

    Raises:
        ValueError: two rules share a code or a name.
    """
    from gendock.lint.rule_index import RuleIndex

    index = RuleIndex(Path(import_module("gendock.rules").__path__[0]))
    rules = index.read()
    if rules is None:
        rules = import_rules()
        index.write(rules)
    return Registry(rules)


def import_rules() -> tuple[Rule, ...]:
    """Import every rule module and return the rules.

    Raises:
        ValueError: two rules share a code or a name.
    """
    from pkgutil import iter_modules

    from gendock.lint.shellcheck.rules import shellcheck_rules

    package = import_module("gendock.rules")
    for module in iter_modules(package.__path__):
        import_module(f"gendock.rules.{module.name}")
    rules = sorted((*registered(), *shellcheck_rules()), key=lambda rule: rule.code)
    seen: set[str] = set()
    for rule in rules:
        for name in (rule.code, rule.name):
            if name in seen:
                raise ValueError(f"two rules are called {name}")
            seen.add(name)
    return tuple(rules)
