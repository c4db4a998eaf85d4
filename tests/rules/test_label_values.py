"""LABEL: keys, and what a schema asks for."""

from __future__ import annotations

import pytest

from gendock.lint import Finding, Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.label_values import judge
from gendock.lint.options import LabelKind, RuleOptions
from gendock.lint.profiles import Profile

SCHEMA = RuleOptions(label_schema=(("a.b", LabelKind.TEXT), ("u", LabelKind.URL)), strict_labels=True)


def found(text: str, code: str, options: RuleOptions = SCHEMA) -> tuple[Finding, ...]:
    return lint_text(text, Settings(select=(code,), profile=Profile.ALL, options=options))


def mended(text: str, code: str) -> str:
    return fix_text(text, lambda text: found(text, code), unsafe=True).text


@pytest.mark.parametrize(
    ("key", "fixed"),
    [
        ("org.example.a-b_c/d1", None),
        ('"org.example"', None),
        ("$KEY", None),
        ("Description", "description"),
        ("buildDate", "build-date"),
        ('"a b"', "a-b"),
        ("a..b", "a.b"),
        ("-a-", "a"),
        ("com.docker.x", ""),
        ("1", ""),
    ],
)
def test_keys(key: str, fixed: str | None) -> None:
    text = f"FROM a:1\nLABEL {key}=x\n"
    assert bool(found(text, "DL3048")) is (fixed is not None)
    assert mended(text, "DL3048") == (f"FROM a:1\nLABEL {fixed}=x\n" if fixed else text)


def test_a_key_does_not_become_another_ones() -> None:
    text = "FROM a:1\nLABEL Title=x\nLABEL title=y\n"
    assert len(found(text, "DL3048")) == 1
    assert mended(text, "DL3048") == text


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", ""),
        ("rawtext", "anything at all"),
        ("url", "https://example.com/a?b=c#d"),
        ("url", "mailto:jo@example.com"),
        ("semver", "1.2.3"),
        ("semver", "1.0.0-rc.1+build.5"),
        ("rfc3339", "2026-01-02T03:04:05Z"),
        ("rfc3339", "2026-01-02t03:04:60.5+02:00"),
        ("spdx", "Apache-2.0"),
        ("spdx", "MIT OR (Apache-2.0 AND LicenseRef-Own)"),
        ("hash", "1a2b3c4"),
        ("hash", "0123456789" * 4),
        ("hash", "01234567" * 8),
        ("email", "jo.doe+x@mail.example.com"),
        ("email", "jo@[192.0.2.1]"),
    ],
)
def test_valid_values(kind: str, value: str) -> None:
    assert judge(LabelKind(kind), value).is_valid


@pytest.mark.parametrize(
    ("kind", "value", "meant"),
    [
        ("url", "example.com/a", "https://example.com/a"),
        ("url", "git@github.com:acme/shop.git", "https://github.com/acme/shop"),
        ("url", "no url", ""),
        ("semver", "v1.2.3", "1.2.3"),
        ("semver", "1.2", "1.2.0"),
        ("semver", "v1", "1.0.0"),
        ("semver", "01.2.3", ""),
        ("semver", "1.2.3-", ""),
        ("semver", "latest", ""),
        ("rfc3339", "2026-01-02", "2026-01-02T00:00:00Z"),
        ("rfc3339", "2026-01-02 03:04:05 UTC", "2026-01-02T03:04:05Z"),
        ("rfc3339", "2026-01-02T03:04:05+0200", "2026-01-02T03:04:05+02:00"),
        ("rfc3339", "2026-02-30T03:04:05Z", ""),
        ("rfc3339", "yesterday", ""),
        ("spdx", "mit", "MIT"),
        ("spdx", "apache-2.0 or mit", "Apache-2.0 OR MIT"),
        ("spdx", "Apache License 2.0", "Apache-2.0"),
        ("spdx", "Proprietary", ""),
        ("hash", "1A2B3C4", "1a2b3c4"),
        ("hash", "12345", ""),
        ("email", "Jo Doe <jo@example.com>", "jo@example.com"),
        ("email", "mailto:jo@example.com", "jo@example.com"),
        ("email", "jo", ""),
        ("email", "jo@example..com", ""),
    ],
)
def test_values_that_are_not_of_their_kind(kind: str, value: str, meant: str) -> None:
    verdict = judge(LabelKind(kind), value)
    assert not verdict.is_valid
    assert verdict.meant == meant
    assert not meant or judge(LabelKind(kind), meant).is_valid


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("FROM a:1\nLABEL a.b=x\nLABEL u=y", []),
        ("FROM a:1\nLABEL a.b=x", [1]),
        ("FROM a:1", [1, 1]),
        ("FROM a:1 AS b\nLABEL a.b=x u=y\nFROM b", []),
        ("FROM a:1 AS b\nFROM c:1\nCOPY --from=b x /y\nLABEL a.b=x u=y", []),
        ("FROM a:1\nFROM c:1\nLABEL a.b=x u=y", [1, 1]),
        ("FROM a:1\nLABEL $NAME=x", []),
        ("RUN x", []),
    ],
)
def test_missing_labels(text: str, rows: list[int]) -> None:
    assert [finding.start.row for finding in found(f"{text}\n", "DL3049")] == rows


@pytest.mark.parametrize(
    ("code", "label", "fires"),
    [
        ("DL3050", "LABEL x=1", True),
        ("DL3050", 'LABEL "a.b"=1', False),
        ("DL3050", "LABEL $X=1", False),
        ("DL3051", "LABEL a.b=''", True),
        ("DL3051", "LABEL a.b=$X", False),
        ("DL3051", "LABEL x=", False),
        ("DL3052", "LABEL u=", False),
        ("DL3052", "LABEL u=$X", False),
        ("DL3052", "LABEL u=x", True),
        ("DL3052", "LABEL a.b=x", False),
    ],
)
def test_labels_of_a_schema(code: str, label: str, *, fires: bool) -> None:
    text = f"FROM a:1\n{label}\n"
    assert bool(found(text, code)) is fires
    assert found(text, code, RuleOptions()) == ()


@pytest.mark.parametrize(
    ("label", "fixed"),
    [
        ("u=example.com", "u=https://example.com"),
        ("u='example.com/a?b=c&d'", "u='https://example.com/a?b=c&d'"),
        ("u=example.com/a?b=c&d", 'u="https://example.com/a?b=c&d"'),
    ],
)
def test_values_are_written_with_their_quotes(label: str, fixed: str) -> None:
    assert mended(f"FROM a:1\nLABEL {label}\n", "DL3052") == f"FROM a:1\nLABEL {fixed}\n"


def test_a_superfluous_label_goes_alone() -> None:
    assert mended("FROM a:1\nLABEL a.b=1 x=2\n", "DL3050") == "FROM a:1\nLABEL a.b=1\n"
