"""What `gendock init` writes for every sample passes every rule about Go builds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from gendock.lint import Settings, lint_text


class Ran(Protocol):
    """How a command ended."""

    status: int
    out: str


Command = Callable[..., Ran]
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


@pytest.mark.parametrize(("asked", "elsewhere"), [("1.22", "1.22"), ("1.22", "1.27"), ("1.26", "1.27")])
def test_another_go_elsewhere_is_no_finding(
    asked: str, elsewhere: str, gendock: Command, tmp_path: Path
) -> None:
    """What init has decided is right, and what CI says is not the Dockerfile's to mend."""
    (tmp_path / ".gitlab-ci.yml").write_text(f"test:\n  image: golang:{elsewhere}\n  script: go test ./...\n")
    (tmp_path / "go.mod").write_text(f"module example.com/app\n\ngo {asked}\n")
    (tmp_path / "main.go").write_text("package main\n\nfunc main() {}\n")
    assert gendock("init", tmp_path).status == 0
    ran = gendock("lint", tmp_path)
    assert (ran.status, ran.out) == (0, "All is well: no findings.\n")
