"""Which rules run where nobody names them: profiles, and the version of the rule set.

default   what nearly everybody wants: a clean, good Dockerfile gives no finding, and what only the base image
          could tell is taken for right
hadolint  what hadolint reports by default, in every stage
strict    the default, and what costs upkeep: versions of packages, healthchecks, labels
all       every rule, matters of style and taste included, in every stage
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gendock.lint.rule import Rule

# hadolint has these two, and runs them only when it is told to.
_OFF_AT_HADOLINT = frozenset({"DL1001", "DL3057"})


class Level(IntEnum):
    """How much a user has to want a rule before it runs."""

    DEFAULT = 1
    STRICT = 2
    """Right, and work: version pins that have to be kept up, what only some teams need."""
    TASTE = 3
    """Layout, style, and advice on which good people differ."""


class Profile(StrEnum):
    """A set of rules with a name."""

    DEFAULT = "default"
    HADOLINT = "hadolint"
    STRICT = "strict"
    ALL = "all"

    def holds(self, rule: Rule) -> bool:
        """Tell whether a rule is one of this profile's."""
        if self is Profile.HADOLINT:
            return rule.code.startswith(("DL", "SC", "GD0")) and rule.code not in _OFF_AT_HADOLINT
        most = {Profile.DEFAULT: Level.DEFAULT, Profile.STRICT: Level.STRICT, Profile.ALL: Level.TASTE}
        return rule.level <= most[self]

    @property
    def judges_build_stages(self) -> bool:
        """Whether what only matters in an image that is shipped is said of other stages as well."""
        return self in (Profile.HADOLINT, Profile.ALL)


def version_key(version: str) -> tuple[int, ...]:
    """Return a version such as `0.2` in a form that compares."""
    return tuple(int(part) for part in version.split("."))
