"""Which rules run where nobody names them."""

from __future__ import annotations

import pytest

from gendock.errors import GendockError
from gendock.lint import Severity, registry
from gendock.lint.profiles import Level, Profile, version_key
from gendock.lint.rule import Rule, Subject
from gendock.lint.settings import Settings
from gendock.version import VERSION


def made(code: str, level: Level) -> Rule:
    return Rule(
        code=code,
        name="x",
        severity=Severity.INFO,
        also=(),
        level=level,
        since="0.1",
        shipped=False,
        mentions=(),
        needs=(),
        subject=Subject.FILE,
        origin=(__name__, made.__name__),
    )


@pytest.mark.parametrize(
    ("code", "level", "holding"),
    [
        ("DL3000", Level.DEFAULT, {"default", "hadolint", "strict", "all"}),
        ("DL3008", Level.STRICT, {"hadolint", "strict", "all"}),
        ("DL3057", Level.STRICT, {"strict", "all"}),
        ("GD400", Level.TASTE, {"all"}),
        ("GD103", Level.DEFAULT, {"default", "strict", "all"}),
        ("GD012", Level.DEFAULT, {"default", "hadolint", "strict", "all"}),
    ],
)
def test_what_a_profile_holds(code: str, level: Level, holding: set[str]) -> None:
    assert {profile.value for profile in Profile if profile.holds(made(code, level))} == holding


def test_the_default_profile_is_what_runs() -> None:
    assert Settings().rules == tuple(rule for rule in registry().rules if rule.level is Level.DEFAULT)
    assert Settings(profile=Profile.ALL).rules == registry().rules


def test_a_version_of_the_rule_set_leaves_out_what_came_later() -> None:
    assert Settings(rules_version="0.0").rules == ()
    assert Settings(rules_version="0.1").rules
    assert Settings(rules_version=VERSION).rules
    for later in ("0.2", f"{VERSION}.1", "1"):
        with pytest.raises(GendockError, match="newer than this gendock"):
            Settings(rules_version=later).rules  # noqa: B018
    assert Settings(rules_version="0.0", select=("DL3000",)).rules == registry().select("DL3000")
    assert version_key("0.10") > version_key("0.9")
