"""Choices of init that change how an image is made: built, started, and stopped on the real engine."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

ROOT = Path(__file__).parents[2]


class Ran(Protocol):
    status: int
    out: str
    err: str


# The sample and the choice.
CHOICES = {
    "an empty base": ("hello-http", ("--base", "scratch")),
    "an empty base, and zones": ("time-zone", ("--base", "scratch")),
    "an empty base with folders that are written": ("written-files", ("--base", "scratch")),
    # Without cache mounts, every build compiles the standard library: this one needs little of it.
    "layers": ("local-replace", ("--cache", "layers")),
}


@pytest.mark.engine
@pytest.mark.parametrize("case", CHOICES)
def test_it_works(case: str, gendock: Callable[..., Ran], tmp_path: Path) -> None:
    name, flags = CHOICES[case]
    folder = tmp_path / name
    shutil.copytree(ROOT / "samples" / name, folder)
    assert gendock("init", *flags, folder).status == 0
    ran = gendock("check", folder)
    assert ran.status == 0, ran.out + ran.err


@pytest.mark.engine
@pytest.mark.parametrize(("call", "status"), [("", 0), ('t.Fatal("broken")', 4)])
def test_the_stage_of_tests_fails_where_one_does(
    call: str, status: int, gendock: Callable[..., Ran], tmp_path: Path
) -> None:
    folder = tmp_path / "two-files"
    shutil.copytree(ROOT / "samples" / "two-files", folder)
    test = f'package main\n\nimport "testing"\n\nfunc TestIt(t *testing.T) {{\n\t{call}\n}}\n'
    (folder / "it_test.go").write_text(test)
    assert gendock("init", "--with", "test", folder).status == 0
    ran = gendock("build", folder, "--target", "test")
    assert ran.status == status, ran.out + ran.err
