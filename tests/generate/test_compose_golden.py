"""What `init --with compose` writes for samples, beside what was accepted, and what other readers say."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
BIN = Path(sys.executable).parent
DCLINT = "dclint@3.1.0"
SAMPLES = (
    "chi-orders",  # a server, nothing else
    "library-and-command",  # a command that ends
    "server-and-worker",  # two programs of one Dockerfile
    "starts-programs",  # an image with a shell, so that a health check is possible
    "with-services",  # services, passwords, networks
    "written-files",  # a volume, and files whose names nobody knows
)


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a folder for each sample, init done there."""
    top = tmp_path_factory.mktemp("composed")
    for sample in SAMPLES:
        shutil.copytree(ROOT / "samples" / sample, top / sample)
        done = run(BIN / "gendock", "init", "--with", "compose", cwd=top / sample)
        assert (done.returncode, done.stderr) == (0, "")
    return top


@pytest.mark.parametrize("sample", SAMPLES)
def test_it_is_what_was_accepted(sample: str, written: Path, *, accepting: bool) -> None:
    wanted = GOLDEN / sample / "compose.yaml"
    if accepting:
        shutil.copyfile(written / sample / "compose.yaml", wanted)
    assert (written / sample / "compose.yaml").read_text() == wanted.read_text(), (
        "`pytest tests/generate --accept` accepts it"
    )


def test_no_golden_file_is_left_of_a_sample_that_went_away() -> None:
    assert sorted(path.parent.name for path in GOLDEN.glob("*/compose.yaml")) == sorted(SAMPLES)


@pytest.mark.parametrize("sample", SAMPLES)
def test_docker_compose_reads_it(sample: str, written: Path) -> None:
    done = run(BIN / "docker-compose", "config", "--quiet", cwd=written / sample)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_it_follows_the_schema(written: Path) -> None:
    files = [written / sample / "compose.yaml" for sample in SAMPLES]
    done = run(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", *files, cwd=written)
    assert done.returncode == 0, done.stdout


def test_dclint_finds_no_error(written: Path) -> None:
    if shutil.which("npx") is None:
        pytest.skip("dclint comes by npx, which is not there")
    done = run("npx", "--yes", "--package", DCLINT, "dclint", "--recursive", ".", cwd=written)
    if "npm error" in done.stderr:
        pytest.skip(f"npm brings no {DCLINT}: {done.stderr.splitlines()[0]}")
    assert done.returncode == 0, done.stdout + done.stderr
    rules = {line.split()[-1] for line in done.stdout.splitlines() if " warning " in line}
    assert rules <= {"services-alphabetical-order"}, done.stdout


def test_the_linter_sees_mistakes(tmp_path: Path) -> None:
    """That dclint and the schema are silent says something: they are not on a broken file."""
    broken = "services:\n  a:\n    image: b\n    healthchek: {}\n    ports: [8080:80]\n"
    (tmp_path / "compose.yaml").write_text(broken)
    schema = ("--builtin-schema", "vendor.compose-spec", "compose.yaml")
    assert run(BIN / "check-jsonschema", *schema, cwd=tmp_path).returncode == 1
    assert run(BIN / "docker-compose", "config", "--quiet", cwd=tmp_path).returncode != 0


def test_no_password_stands_in_it(written: Path) -> None:
    folder = written / "with-services"
    password = (folder / ".secrets" / "postgres_password").read_text()
    assert len(password) == 32
    assert password not in (folder / "compose.yaml").read_text()
    line = f"DATABASE_URL=postgres://app:{password}@postgres:5432/app?sslmode=disable\n"
    assert (folder / ".secrets" / "with-services.env").read_text() == line
