"""`gendock init` through the installed console script: output, exit codes, and what is left in the folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GENDOCK = Path(sys.executable).with_name("gendock")
Done = subprocess.CompletedProcess[str]


def run(folder: Path, *arguments: str, **environment: str) -> Done:
    done = subprocess.run(
        [GENDOCK, "init", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "samples" / "chi-orders", tmp_path / "orders")
    return tmp_path / "orders"


def test_files_are_written_and_the_facts_are_shown(folder: Path) -> None:
    done = run(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (Path(__file__).parent / "init_chi.txt").read_text()
    assert (folder / "Dockerfile").is_file()
    assert (folder / ".dockerignore").is_file()


def test_a_second_run_has_nothing_to_do(folder: Path) -> None:
    run(folder)
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    done = run(folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Dockerfile is up to date\n", "")
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


@pytest.mark.parametrize("name", ["Dockerfile", ".dockerignore"])
def test_a_file_that_differs_is_shown_and_kept(folder: Path, name: str) -> None:
    (folder / name).write_text("mine\n")
    done = run(folder)
    assert done.returncode == 1
    assert "-mine\n" in done.stdout
    assert done.stderr == (
        f"gendock: {name} is there and would change as shown; nothing was written. --force overwrites\n"
    )
    assert [path.name for path in folder.iterdir() if "ocker" in path.name] == [name]
    assert run(folder, "--force").returncode == 0
    assert (folder / name).read_text() != "mine\n"


@pytest.mark.parametrize("option", ["--dry-run", "--diff", "--explain"])
def test_asking_writes_nothing(folder: Path, option: str) -> None:
    done = run(folder, option)
    assert (done.returncode, done.stderr) == (0, "")
    assert not (folder / "Dockerfile").exists()
    shown = {
        "--dry-run": "==> Dockerfile <==\n",
        "--diff": "--- /dev/null\n+++ b/Dockerfile\n",
        "--explain": "because  every line builds on the BuildKit inside Docker 20.10",
    }
    assert shown[option] in done.stdout


def test_diff_says_by_its_exit_code_that_a_file_differs(folder: Path) -> None:
    run(folder)
    assert run(folder, "--diff").returncode == 0
    (folder / "Dockerfile").write_text("FROM scratch\n")
    assert run(folder, "--diff").returncode == 1


def test_the_plan_as_data(folder: Path) -> None:
    done = run(folder, "--output-format", "json", "--dry-run")
    plan = json.loads(done.stdout)
    assert [file["path"] for file in plan["files"]] == ["Dockerfile", ".dockerignore"]
    assert plan["files"][0]["text"].endswith('ENTRYPOINT ["/usr/local/bin/server"]\n')
    assert all(
        decision["topic"] and decision["chose"] and decision["because"] for decision in plan["decisions"]
    )
    port = next(decision for decision in plan["decisions"] if decision["topic"] == "port")
    assert (port["chose"], port["evidence"]) == ("8080", {"path": "cmd/server/main.go", "line": 20})
    assert plan["warnings"] == []
    assert not plan["written"]
    assert json.loads(run(folder, "--output-format", "json").stdout)["written"]


def test_a_release_that_go_mod_does_not_ask_for_is_said(folder: Path) -> None:
    mod = folder / "go.mod"
    mod.write_text(mod.read_text().replace("go 1.26\n", "go 1.21\n"))
    assert run(folder).stdout.splitlines()[2].split(maxsplit=2)[1:] == [
        "1.26",
        "go.mod:3 asks for 1.21, past its end of life",
    ]


def test_what_is_asked_for_is_done(folder: Path) -> None:
    run(folder, "--port", "9999", "--go-version", "1.27", "--program", "server")
    text = (folder / "Dockerfile").read_text()
    assert "golang:1.27-bookworm" in text
    assert "ENV PORT=9999\nEXPOSE 9999\n" in text


REFUSED = {
    "an unknown program": (["--program", "x"], 2, "'x' is no program here: name one of ./cmd/server"),
    "a base that is none": (
        ["--base", "debian/../12"],
        2,
        "--base 'debian/../12' cannot be an image's name, such as debian:12-slim",
    ),
    "a version that is none": (
        ["--go-version", "one"],
        2,
        "--go-version 'one' is no Go version such as 1.26",
    ),
    "a path that is not there": (["nowhere"], 2, "nowhere is not there"),
    "a file": (["go.mod"], 2, "go.mod is a file: name the folder that holds go.mod"),
    "two answers": (
        ["--diff", "--explain"],
        2,
        "--dry-run, --diff and --explain are three answers: ask for one",
    ),
    "a package without a program": (
        ["internal/web"],
        1,
        "no go.mod here: this folder belongs to the module in ../... Run gendock init ../..",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(folder: Path, case: str) -> None:
    arguments, status, sentence = REFUSED[case]
    done = run(folder, *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", f"gendock: {sentence}\n")


def test_a_link_is_not_written_through(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("theirs\n")
    (folder / "Dockerfile").symlink_to(outside)
    done = run(folder, "--force")
    assert done.returncode == 1
    assert "Dockerfile is a link to" in done.stderr
    assert outside.read_text() == "theirs\n"
    assert not (folder / ".dockerignore").exists()


def test_lines_have_80_columns(folder: Path) -> None:
    for arguments in ([], ["--explain"]):
        assert all(len(line) <= 80 for line in run(folder, *arguments).stdout.splitlines())


def test_several_programs_have_a_target_each(tmp_path: Path) -> None:
    folder = tmp_path / "two"
    shutil.copytree(ROOT / "samples" / "server-and-worker", folder)
    done = run(folder)
    assert "wrote  Dockerfile     2 targets: server (default), worker\n" in done.stdout
    assert (folder / "Dockerfile").read_text().rstrip().splitlines()[
        -1
    ] == 'ENTRYPOINT ["/usr/local/bin/server"]'


HOSTILE = 'module "example.com/a\\"b$(id)`id`\\nRUN id"\n\ngo 1.26\n'


def test_a_hostile_module_path_adds_nothing(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text(HOSTILE)
    (tmp_path / "main.go").write_text("package main\n\nfunc main() {}\n")
    done = run(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = (tmp_path / "Dockerfile").read_text().splitlines()
    assert 'ENTRYPOINT ["/usr/local/bin/a-b-id-id-RUN-id"]' in lines
    assert not any(line.startswith("RUN id") or ("`" in line and not line.startswith("#")) for line in lines)
