"""rules/ and templates/ stand outside of gendock/: each way to install gendock has to bring them along."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
SAMPLE = CHECKOUT / "samples" / "hello-http"


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist of this checkout, and the wheel that is built from that sdist."""
    source = tmp_path_factory.mktemp("source")
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=CHECKOUT)
    for name in filter(None, listed.split("\0")):
        if (CHECKOUT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((CHECKOUT / name).read_bytes())
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, source, cwd=folder)
    (sdist,) = folder.glob("*.tar.gz")
    (wheel,) = folder.glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def clean_python(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment with the wheel in it."""
    environment = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", environment, cwd=environment)
    python = environment / "bin" / "python"
    constraints = CHECKOUT / "constraints.txt"
    run(python, "-m", "pip", "install", "--quiet", "--constraint", constraints, built[1], cwd=environment)
    return python


def main_job(command: list[str | Path], folder: Path, **environment: str) -> None:
    """Init and lint a program: that needs the templates and the rules."""
    for name in ("go.mod", "main.go"):
        (folder / name).write_bytes((SAMPLE / name).read_bytes())
    run(*command, "init", cwd=folder, **environment)
    assert " golang:" in (folder / "Dockerfile").read_text()
    run(*command, "lint", cwd=folder, **environment)
    assert "DL3000" in run(*command, "rule", cwd=folder, **environment)


def test_the_wheel_holds_rules_and_templates(built: tuple[Path, Path]) -> None:
    sdist, wheel = built
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "gendock/py.typed" in names
    assert "gendock/rules/working_directory.py" in names
    templates = {path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / "templates").rglob("*.jinja")}
    assert {f"gendock/{name}" for name in templates} <= set(names)
    assert not any(name.startswith(("rules/", "templates/", "tests/", "samples/")) for name in names)
    with tarfile.open(sdist) as source:
        inside = [name.partition("/")[2] for name in source.getnames()]
    assert {"rules/working_directory.py", "CHANGELOG.md"} <= set(inside)
    assert not any(name.startswith("tests/") for name in inside)
    assert any(name.startswith("templates/") and name.endswith(".jinja") for name in inside)


def test_the_installed_wheel_does_the_main_job(clean_python: Path, tmp_path: Path) -> None:
    main_job([clean_python.with_name("gendock")], tmp_path)


def test_python_dash_m_is_the_same(clean_python: Path, tmp_path: Path) -> None:
    main_job([clean_python, "-m", "gendock"], tmp_path)


def test_the_editable_installation_does_the_main_job(tmp_path: Path) -> None:
    main_job([Path(sys.executable).with_name("gendock")], tmp_path)


def test_a_checkout_without_installation_does_the_main_job(clean_python: Path, tmp_path: Path) -> None:
    where = run(
        clean_python, "-c", "import gendock; print(gendock.__file__)", cwd=tmp_path, PYTHONPATH=str(CHECKOUT)
    )
    assert Path(where.strip()).is_relative_to(CHECKOUT)
    main_job([clean_python, "-m", "gendock"], tmp_path, PYTHONPATH=str(CHECKOUT))
