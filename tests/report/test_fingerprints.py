"""Fingerprints: no two alike, the same after a shift; GitHub's line hashes as GitHub's action makes them."""

from __future__ import annotations

import pytest

from gendock.lint import Finding
from gendock.report.fingerprints import fingerprints, line_hashes
from gendock.report.paths import Folders

GREETINGS = ["e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1"]
GREETINGS += ["b3edc88f2938467e:1", "c8e28b0b4002a3a0:1", "c129715d7a2bc9a3:1"]
# What github/codeql-action expects of itself: src/fingerprints.test.ts.
CASES = [
    pytest.param("", ["c129715d7a2bc9a3:1"], id="empty"),
    pytest.param(
        " a\nb\n  \t\tc\n d",
        ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        id="spaces",
    ),
    pytest.param(" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", GREETINGS, id="line feeds"),
    pytest.param(" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", GREETINGS, id="carriage returns"),
    pytest.param(" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", GREETINGS, id="mixed"),
    pytest.param(
        "Lorem ipsum dolor sit amet.\n" * 10,
        [
            *(f"a7f2ff13bc495cf2:{count}" for count in range(1, 7)),
            "a7f2ff1481e87703:1",
            "a9cf91f7bbf1862b:1",
            "55ec222b86bcae53:1",
            "cc97dc7b1d7d8f7b:1",
            "c129715d7a2bc9a3:1",
        ],
        id="the same line again",
    ),
]


@pytest.mark.parametrize(("text", "hashes"), CASES)
def test_line_hashes_are_those_of_the_action(text: str, hashes: list[str]) -> None:
    assert line_hashes(text.encode()) == hashes


def test_no_two_findings_are_alike(findings: list[Finding], folders: Folders) -> None:
    assert len(set(fingerprints(findings, folders))) == len(findings)
