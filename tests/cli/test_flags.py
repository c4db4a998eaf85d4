"""Plain calls mean to gendock what they mean to typer; all others are left to typer."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from gendock.cli.flags import for_typer, plain_call
from gendock.cli.lint import command

GENDOCK = Path(sys.executable).with_name("gendock")

PLAIN = [
    "",
    "Dockerfile",
    "a b --isolated c",
    "-",
    "--quiet",
    "-q x",
    "--ignore DL3006 --ignore=DL3007,SC x",
    "--ignore= x",
    "--fail-level error --fail-level warning",
    "--profile=all --color never",
    "--jobs 3",
    "--output-format json --output-format sarif=x=y",
    "--stdin-filename a/Dockerfile --config lint.max-lines=3 -",
    "--baseline known.toml --fix --diff --statistics --no-cache",
]

LEFT_TO_TYPER = [
    "--help",
    "-h",
    "--nonsense",
    "--select",
    "--select --fix",
    "--fix=yes",
    "--jobs 0",
    "--jobs many",
    "--jobs ٣",
    "--color sometimes",
    "-- -odd-name",
    "-qh",
]


def by_typer(words: list[str]) -> dict[str, Any]:
    """Return what typer would call the command with."""
    given: dict[str, Any] = {}

    def spy(**said: object) -> None:
        given.update(said)

    for_typer(command)
    spy.__signature__ = inspect.signature(command)  # type: ignore[attr-defined]
    spy.__annotations__ = command.__annotations__
    single = typer.Typer(add_completion=False)
    single.command()(spy)
    single(words, standalone_mode=False)
    return given


@pytest.fixture(autouse=True)
def annotations_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "__annotations__", dict(command.__annotations__))


@pytest.mark.parametrize("line", PLAIN)
def test_a_plain_call_means_what_it_means_to_typer(line: str) -> None:
    said = plain_call(command, line.split(), {})
    assert said is not None
    assert {**(command.__kwdefaults__ or {}), **said} == by_typer(line.split())


@pytest.mark.parametrize("line", LEFT_TO_TYPER)
def test_what_is_not_plain_is_left_to_typer(line: str) -> None:
    assert plain_call(command, line.split(), {}) is None


def test_what_the_environment_says_is_left_to_typer() -> None:
    assert plain_call(command, ["Dockerfile"], {"GENDOCK_WORKERS": "2"}) is None


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "lint --jobs 0",
            "invalid value for --jobs (env var: 'GENDOCK_WORKERS'): 0 is not in the range x>=1",
        ),
        ("smoke --port http", "invalid value for --port: 'http' is not a whole number"),
        ("build --timeout long", "invalid value for --timeout: 'long' is not a number"),
        ("smoke --kind x", "invalid value for --kind: 'x' is not one of 'server', 'worker', 'cli'"),
        ("check --cache", "no such option: --cache"),
        ("init a b", "got unexpected extra argument"),
        ("chek", "no such command 'chek', but there is check"),
        ("frobnicate", "no such command 'frobnicate'"),
    ],
)
def test_a_mistake_is_one_sentence(line: str, sentence: str) -> None:
    words = line.split()
    done = subprocess.run([GENDOCK, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"gendock: {sentence}")
    where = "gendock" if len(words) == 1 else f"gendock {words[0]}"
    assert done.stderr.endswith(f". See: {where} --help\n")
    assert done.stderr.count("\n") == 1


def test_without_a_word_there_is_help() -> None:
    done = subprocess.run([GENDOCK], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: gendock ")
