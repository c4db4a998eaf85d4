"""`gendock init --with compose` through the installed console script: what is written, kept and refused."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GENDOCK = Path(sys.executable).with_name("gendock")
COMPOSE = ("--with", "compose")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [GENDOCK, "init", *arguments], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False,
        text=True,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "samples" / "with-services", tmp_path / "with-services")
    return tmp_path / "with-services"


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_files_are_written(folder: Path) -> None:
    before = set(everything(folder))
    done = run(folder, *COMPOSE)
    assert (done.returncode, done.stderr) == (0, "")
    assert set(everything(folder)) - before == {
        "Dockerfile", ".dockerignore", "compose.yaml", ".secrets/.gitignore", ".secrets/postgres_password",
        ".secrets/with-services.env", ".gendock.lock", "gendock.toml",
    }  # fmt: skip
    assert "\nwrote  compose.yaml   with-services with postgres, redis; only the program\n" in done.stdout
    assert "\n       docker compose up -d                     start it and its services\n" in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


def test_init_alone_says_that_there_are_services(folder: Path) -> None:
    done = run(folder)
    assert "\n       gendock init --with compose    start it beside postgres and redis\n" in done.stdout
    assert not (folder / "compose.yaml").exists()


def test_no_password_is_shown(folder: Path) -> None:
    shown = [run(folder, *COMPOSE, "--output-format", "json"), run(folder, *COMPOSE, "--force")]
    shown += [run(folder, *COMPOSE, option) for option in ("--dry-run", "--diff", "--explain")]
    password = (folder / ".secrets" / "postgres_password").read_text()
    assert len(password) == 32
    assert not any(password in done.stdout + done.stderr for done in shown)


def test_a_second_run_has_nothing_to_do(folder: Path) -> None:
    run(folder, *COMPOSE)
    before = everything(folder)
    done = run(folder, *COMPOSE)
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "Dockerfile and compose.yaml are up to date\n",
        "",
    )
    assert everything(folder) == before
    assert run(folder).stdout == "Dockerfile and compose.yaml are up to date\n"


def test_a_checkout_without_passwords_gets_them(folder: Path) -> None:
    run(folder, *COMPOSE)
    shutil.rmtree(folder / ".secrets")
    done = run(folder, *COMPOSE)
    assert (done.returncode, done.stderr) == (0, "")
    assert "kept   compose.yaml " in done.stdout
    assert "wrote  .secrets/ " in done.stdout
    assert (folder / ".secrets" / "with-services.env").is_file()


@pytest.mark.parametrize("name", ["compose.yml", "docker-compose.yml", "docker-compose.yaml"])
def test_a_compose_file_of_another_name_is_not_hidden(folder: Path, name: str) -> None:
    (folder / name).write_text("services: {}\n")
    before = everything(folder)
    done = run(folder, *COMPOSE)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"gendock: {name} is there, and docker compose would read compose.yaml in its place; "
        "nothing was written. Rename it, or --force\n"
    )
    assert run(folder, *COMPOSE, "--diff").returncode == 1
    assert everything(folder) == before
    assert run(folder, *COMPOSE, "--force").returncode == 0
    assert (folder / name).read_text() == "services: {}\n"
    assert (folder / "compose.yaml").is_file()


def test_a_compose_file_that_differs_is_shown_and_kept(folder: Path) -> None:
    (folder / "compose.yaml").write_text("services: {}\n")
    before = everything(folder)
    done = run(folder, *COMPOSE)
    assert done.returncode == 1
    assert "-services: {}\n" in done.stdout
    assert done.stderr == (
        "gendock: compose.yaml is there and would change as shown; nothing was written. --force overwrites\n"
    )
    assert everything(folder) == before
    assert run(folder, *COMPOSE, "--force").returncode == 0


@pytest.mark.parametrize("option", ["--dry-run", "--diff", "--explain"])
def test_asking_writes_nothing(folder: Path, option: str) -> None:
    before = everything(folder)
    done = run(folder, *COMPOSE, option)
    assert (done.returncode, done.stderr) == (0, "")
    assert everything(folder) == before
    shown = {
        "--dry-run": "==> compose.yaml <==\n",
        "--diff": "--- /dev/null\n+++ b/compose.yaml\n",
        "--explain": "\ncompose DATABASE_URL\n              .secrets/with-services.env, from",
    }
    assert shown[option] in done.stdout


def test_the_plan_as_data(folder: Path) -> None:
    plan = json.loads(run(folder, *COMPOSE, "--output-format", "json", "--dry-run").stdout)
    assert [file["path"] for file in plan["files"]] == ["Dockerfile", ".dockerignore", "compose.yaml"]
    assert plan["services"] == ["postgres", "redis"]
    assert plan["secrets"] == [
        {"path": f".secrets/{name}", "state": "new", "lacks": []}
        for name in (".gitignore", "postgres_password", "with-services.env")
    ]
    (variable,) = (one for one in plan["decisions"] if one["topic"] == "compose REDIS_ADDR")
    assert (variable["chose"], variable["evidence"]["path"]) == ("redis:6379", "main.go")


def test_what_cannot_be_written_beside_it_is_a_mistake_in_the_call(folder: Path) -> None:
    done = run(folder, "--with", "kubernetes")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--with kubernetes: there is compose, bake" in done.stderr


def test_variables_whose_password_is_gone_stop_it_before_anything_is_written(folder: Path) -> None:
    (folder / ".secrets").mkdir()
    (folder / ".secrets" / "with-services.env").write_text("DATABASE_URL=x\n")
    before = everything(folder)
    done = run(folder, *COMPOSE)
    assert (done.returncode, done.stdout) == (1, "")
    assert "is there without .secrets/postgres_password" in done.stderr
    assert everything(folder) == before
