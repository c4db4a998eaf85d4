"""`gendock inspect` through the installed console script."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
GENDOCK = Path(sys.executable).with_name("gendock")


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [GENDOCK, "inspect", *arguments],
        cwd=ROOT,
        check=False,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **environment},
    )


def test_facts_name_their_places() -> None:
    done = run("samples/files-at-run-time")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (Path(__file__).parent / "inspect_files.txt").read_text()


def test_a_repository_cannot_command_the_ci_service(tmp_path: Path) -> None:
    """Long facts are broken between words, and any word may begin a line."""
    words = f"{'a' * 70} ::error::b ##[error]c"
    (tmp_path / "go.mod").write_text("module example.com/a\n\ngo 1.26\n")
    (tmp_path / "main.go").write_text(
        'package main\n\nimport "os"\n\n'
        "func env(name, other string) string {\n"
        '\tif value := os.Getenv(name); value != "" {\n\t\treturn value\n\t}\n\treturn other\n}\n\n'
        f'func main() {{\n\t_ = env("LOG", "{words}")\n}}\n'
    )
    done = run(tmp_path, GITHUB_ACTIONS="true")
    assert done.stdout.count("error") == 2
    assert not [line for line in done.stdout.splitlines() if line.lstrip().startswith("::") or "##" in line]


def test_facts_as_data() -> None:
    facts = json.loads(run("samples/with-cgo", "--output-format", "json").stdout)
    (program,) = facts["programs"]
    assert program["kind"] == "server"
    assert program["ports"][0] == {
        "number": 8085,
        "transport": "tcp",
        "host": "",
        "variable": None,
        "evidence": {"path": "main.go", "line": 24},
    }
    assert program["cgo"] == {
        "because": 'import "C"',
        "evidence": {"path": "main.go", "line": 8},
        "build_packages": [],
        "run_packages": [],
    }
    assert program["build_files"] == ["go.mod", "main.go", "root.c", "root.h"]
    assert facts["modules"][0]["go"]["version"] == "1.26"


def test_nothing_is_written_and_a_library_is_named(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/money\n")
    (tmp_path / "money.go").write_text("package money\n")
    done = run(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("gendock: example.com/money is a library: no package main to run.")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["go.mod", "money.go"]


def test_a_folder_that_is_not_there() -> None:
    done = run("samples/nowhere")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "gendock: samples/nowhere is not there\n")
