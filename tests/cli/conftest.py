"""The command line behaves the same wherever its tests run, in CI too."""

from __future__ import annotations

import pytest

_OF_CI = (
    "GITHUB_ACTIONS",
    "GITHUB_WORKSPACE",
    "GITHUB_STEP_SUMMARY",
    "CI_PROJECT_DIR",
    "GENDOCK_OUTPUT_FORMAT",
)


@pytest.fixture(autouse=True)
def _outside_of_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in _OF_CI:
        monkeypatch.delenv(variable, raising=False)
