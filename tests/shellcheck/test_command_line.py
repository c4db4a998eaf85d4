"""ShellCheck's findings at the command line: kept answers, several processes, and no ShellCheck at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

GENDOCK = Path(sys.executable).with_name("gendock")
TEXT = "FROM debian:12\nRUN echo $a\nUSER 1\nHEALTHCHECK NONE\n"


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "GENDOCK_CACHE_DIR": str(folder / "cache"), **variables}
    return subprocess.run(
        [GENDOCK, "lint", "--isolated", "--profile=hadolint", "--output-format=concise", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments", [("--select=SC",), ("--select=SC2086",), ("--select=unquoted-variable",)]
)
def test_codes_and_names_select(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(TEXT)
    assert "Dockerfile:2:10: SC2086 " in run(tmp_path, *arguments).stdout
    assert "SC" not in run(tmp_path, "--ignore=SC").stdout


def test_comments_silence_and_answer_for_themselves(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(
        TEXT.replace("RUN", "# gendock: ignore[SC2086, SC2046] words\n# hadolint ignore=SC2154\nRUN")
    )
    assert run(tmp_path).stdout.splitlines()[0].startswith("Dockerfile:2:27: GD091")


def test_answers_are_kept_unless_no_cache_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(TEXT)
    first = run(tmp_path, "--no-cache").stdout
    cached = {path.name.partition("-")[0] for path in tmp_path.glob("cache/*")}
    assert cached <= {"rules"}  # what the rules are, as Python keeps its compiled files: no answer
    assert run(tmp_path).stdout == first
    kept = tmp_path / "cache" / "shellcheck"
    content = kept.read_bytes()
    assert b"Double quote" in content
    kept.write_bytes(content.replace(b"Double quote", b"Treble quote"))
    assert "Treble quote" in run(tmp_path).stdout
    assert run(tmp_path, "--no-cache").stdout == first
    kept.write_bytes(b"\xff")
    assert run(tmp_path).stdout == first


def test_several_processes_find_the_same_in_the_same_order(tmp_path: Path) -> None:
    for at in range(120):
        (tmp_path / f"{at}.Dockerfile").write_text(
            TEXT.replace("$a", f"$a{at % 30}") + "WORKDIR x\n" * (at % 3)
        )
    alone = run(tmp_path, "--jobs=1", "--no-cache")
    assert alone.stdout.count("SC2086") == 120
    assert run(tmp_path, "--jobs=2", "--no-cache").stdout == alone.stdout
    assert run(tmp_path, GENDOCK_WORKERS="3").stdout == alone.stdout
    assert run(tmp_path).stdout == alone.stdout
    (tmp_path / "7.Dockerfile").write_text(TEXT.replace("debian", "alpine"))
    assert run(tmp_path).stdout == run(tmp_path, "--no-cache").stdout


@pytest.mark.parametrize("wrong", ["0", "-1", "x"])
def test_a_number_of_processes_is_a_number(wrong: str, tmp_path: Path) -> None:
    assert run(tmp_path, f"--jobs={wrong}").returncode == 2


def test_without_shellcheck_one_sentence_says_so(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(TEXT)
    start = "import sys; sys.executable = '/nowhere/python'; from gendock.__main__ import main; main()"

    def without(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", start, "lint", "--isolated", "--no-cache", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    done = without()
    assert done.returncode == 0
    assert done.stderr.count("ShellCheck is not installed") == 1
    assert "SC2086" not in done.stdout
    assert without("--ignore=SC").stderr == ""
    assert "not installed" in without("--show-settings").stdout
    # Whether a comment silences something cannot be known then.
    (tmp_path / "Dockerfile").write_text(TEXT.replace("RUN", "# gendock: ignore[SC2086] why\nRUN"))
    assert "GD091" not in without().stdout
