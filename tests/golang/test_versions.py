"""Go versions: their forms and their order."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendock.golang import GoVersion

ORDERED = [
    "1.9",
    "1.20rc1",
    "1.20",
    "1.20.1",
    "1.21",
    "1.21rc2",
    "1.21rc10",
    "1.21.0",
    "1.21.5",
    "1.26",
    "2.0",
]


def test_order() -> None:
    versions = [GoVersion.parse(text) for text in ORDERED]
    assert sorted(set(versions)) == versions
    assert all(older < newer for older, newer in pairwise(versions))


@pytest.mark.parametrize(
    "text", ["", "1", "go1.26", "1.26.", "1.x", "v1.26", "1.26.3.4", "01.26", "1.26 ", "1.٢"]
)
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text) or None):
        GoVersion.parse(text)


@pytest.mark.parametrize(
    ("text", "version"), [("go1.26.3", "1.26.3"), ("go1.26.3-custom", "1.26.3"), ("default", None)]
)
def test_toolchains(text: str, version: str | None) -> None:
    assert GoVersion.parse_toolchain(text) == (None if version is None else GoVersion.parse(version))


@given(st.text())
def test_any_text_is_a_version_or_none(text: str) -> None:
    try:
        version = GoVersion.parse(text)
    except ValueError:
        return
    assert GoVersion.parse(str(version)) == version
