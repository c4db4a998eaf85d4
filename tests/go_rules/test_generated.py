"""What `gendock init` writes for every sample passes every rule about Go builds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gendock.lint import Settings, lint_text

SAMPLES = sorted(
    path.name
    for path in (Path(__file__).parents[2] / "samples").iterdir()
    if (path / "go.mod").is_file() or (path / "go.work").is_file()
)


@pytest.mark.parametrize("name", SAMPLES)
def test_it_is_free_of_findings(name: str, sample: Callable[[str], Path]) -> None:
    folder = sample(name)
    found = lint_text((folder / "Dockerfile").read_bytes(), Settings(select=("GO",)), folder=folder)
    assert [(one.rule.code, one.start.row, one.message) for one in found] == []
