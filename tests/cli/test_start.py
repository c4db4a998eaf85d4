"""The way in: both ways to call gendock, and a Ctrl-C before it is there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest

from gendock.cli import COMMANDS

GENDOCK = Path(sys.executable).with_name("gendock")
INTERRUPTED_WHILE_LOADING = """
import sys

class Interrupt:
    def find_spec(self, name, *rest):
        if name == "typer":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupt())
from gendock.__main__ import main
main()
"""

SHOWING_WHAT_IS_LOADED = """
import atexit
import sys

atexit.register(lambda: print(*sys.modules, file=sys.stderr))
from gendock.__main__ import main
main()
"""


@pytest.mark.parametrize("command", [[GENDOCK], [sys.executable, "-m", "gendock"]], ids=["script", "module"])
def test_both_ways_say_the_version(command: list[str | Path]) -> None:
    done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("gendock 0.")


def test_an_early_interrupt_is_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_WHILE_LOADING], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "gendock: interrupted\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_overview_says_what_each_command_says_of_itself(name: str) -> None:
    documentation = import_module(f"gendock.cli.{name}").command.__doc__
    assert COMMANDS[name] == documentation.partition("\n")[0]


def test_help_lists_the_commands_and_imports_none() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "gendock", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    for name, summary in COMMANDS.items():
        assert f"  {name:<7}  {summary}\n" in done.stdout
    assert "gendock.dockerfile" not in done.stderr


def test_a_lint_imports_nothing_heavy_that_it_does_not_need(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian:12\nRUN apt-get update\n")
    done = subprocess.run(
        [sys.executable, "-c", SHOWING_WHAT_IS_LOADED, "lint", "Dockerfile"],
        capture_output=True,
        cwd=tmp_path,
        text=True,
        check=False,
    )
    loaded = set(done.stderr.split())
    assert "gendock.rules.base_images" in loaded
    assert loaded.isdisjoint(
        {"dataclasses", "docker", "jinja2", "pathspec", "rich", "tomllib", "tree_sitter_go", "typer", "yaml"}
    )


def test_who_has_nothing_but_ascii_gets_utf8() -> None:
    done = subprocess.run(
        [GENDOCK, "lint", "--isolated", "--output-format", "concise", "-"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        input="FROM debian:12\nUSER 1:1\nCOPY a b é\n".encode(),
    )
    assert "é" in done.stdout.decode()


def test_of_an_unchanged_tree_neither_reader_nor_rules_are_loaded(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"{number}.Dockerfile").write_text("FROM debian:12\nWORKDIR app\n")
    time.sleep(2.1)  # what was just written may be written again within a tick of the clock
    variables = {**os.environ, "GENDOCK_CACHE_DIR": str(tmp_path / "cache")}
    first, later = (
        subprocess.run(
            [sys.executable, "-c", SHOWING_WHAT_IS_LOADED, "lint"],
            capture_output=True,
            check=False,
            cwd=tmp_path,
            env=variables,
            text=True,
        )
        for _ in range(2)
    )
    assert later.stdout == first.stdout
    loaded = set(later.stderr.split())
    assert "gendock.lint.cache" in loaded
    assert loaded.isdisjoint({"gendock.dockerfile", "gendock.rules", "gendock.shell", "gendock.lint.run"})
