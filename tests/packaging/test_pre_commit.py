"""The hooks, tried by pre-commit itself on a repository made for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PRE_COMMIT = Path(sys.executable).with_name("pre-commit")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with a bad Dockerfile, a good one, and a file that only looks like one."""
    (tmp_path / "api").mkdir()
    (tmp_path / "Dockerfile").write_text("FROM debian:12\nUSER 1\nWORKDIR /src\nCOPY *.mod./\n")
    (tmp_path / "api" / "web.Dockerfile").write_text("FROM debian:12\nUSER 1\n")
    (tmp_path / "Dockerfile.dockerignore").write_text("**/.git\n")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    return tmp_path


def try_hook(repository: Path, hook: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PRE_COMMIT_HOME": str(home), "GIT_CONFIG_COUNT": "1"}
    # The checkout may belong to another user, as in containers.
    environment |= {"GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    return subprocess.run(
        [PRE_COMMIT, "try-repo", CHECKOUT, hook, "--all-files", "--verbose"],
        cwd=repository,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_hooks_find_and_mend(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("pre-commit")
    found = try_hook(repository, "gendock-lint", home)
    assert found.returncode == 1, found.stdout + found.stderr
    assert "--> Dockerfile:4:6" in found.stdout
    assert "Found 1 error. It is fixable with --fix." in found.stdout
    assert "dockerignore" not in found.stdout

    mended = try_hook(repository, "gendock-fix", home)
    assert mended.returncode == 1, mended.stdout + mended.stderr
    assert "files were modified by this hook" in mended.stdout
    assert (repository / "Dockerfile").read_text() == "FROM debian:12\nUSER 1\nWORKDIR /src\nCOPY *.mod ./\n"

    clean = try_hook(repository, "gendock-lint", home)
    assert clean.returncode == 0, clean.stdout + clean.stderr
