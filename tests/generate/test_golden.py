"""What init writes for every sample, beside what it wrote when somebody last accepted it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
SAMPLES = sorted({path.name for path in (ROOT / "samples").iterdir() if path.is_dir()} - {"broken"})
FILES = ("Dockerfile", ".dockerignore")


@pytest.mark.parametrize("sample", SAMPLES)
def test_init_writes_what_was_accepted(sample: str, tmp_path: Path, *, accepting: bool) -> None:
    folder = tmp_path / sample
    shutil.copytree(ROOT / "samples" / sample, folder)
    gendock = Path(sys.executable).with_name("gendock")
    subprocess.run([gendock, "init", folder], check=True, capture_output=True)
    for name in FILES:
        wanted = GOLDEN / sample / name
        if accepting:
            wanted.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, wanted)
        assert (folder / name).read_text() == wanted.read_text(), (
            "`pytest tests/generate --accept` accepts it"
        )


def test_no_golden_file_is_left_of_a_sample_that_went_away() -> None:
    assert sorted(path.name for path in GOLDEN.iterdir()) == SAMPLES


@pytest.mark.parametrize("sample", SAMPLES)
def test_another_linter_finds_nothing(sample: str) -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(
        [hadolint, "--no-color", GOLDEN / sample / "Dockerfile"], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("sample", SAMPLES)
def test_lint_finds_nothing(sample: str, tmp_path: Path) -> None:
    folder = tmp_path / sample
    shutil.copytree(ROOT / "samples" / sample, folder)
    for name in FILES:
        shutil.copyfile(GOLDEN / sample / name, folder / name)
    gendock = Path(sys.executable).with_name("gendock")
    strict: list[str | Path] = [gendock, "lint", "--profile", "strict", folder]
    done = subprocess.run(strict, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_third_linter_finds_no_error() -> None:
    tally: list[str | Path] = [
        Path(sys.executable).with_name("tally"),
        "lint",
        "--slow-checks=off",
        "--fail-level=error",
    ]
    files = [GOLDEN / sample / "Dockerfile" for sample in SAMPLES]
    done = subprocess.run([*tally, *files], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
