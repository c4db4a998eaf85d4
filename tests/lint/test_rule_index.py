"""What the rules are is kept from run to run, and is never what they were."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import astuple

from gendock.lint.registry import import_rules
from gendock.lint.rule_index import RuleIndex

GENDOCK = Path(sys.executable).with_name("gendock")
SHOWING_WHAT_IS_LOADED = """
import atexit
import sys

atexit.register(lambda: print(*sys.modules, file=sys.stderr))
from gendock.__main__ import main
main()
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENDOCK_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "users.py").write_text("rule\n")
    return folder


def loaded(folder: Path) -> set[str]:
    """Return what a lint of a file with a lone `FROM scratch` imports."""
    done = subprocess.run(
        [sys.executable, "-c", SHOWING_WHAT_IS_LOADED, "lint", "-"],
        capture_output=True,
        cwd=folder,
        text=True,
        check=False,
        input="FROM scratch\n",
    )
    assert done.returncode == 0, done.stdout
    return set(done.stderr.split())


def test_rules_come_back_as_they_were(modules: Path) -> None:
    rules = import_rules()
    RuleIndex(modules).write(rules)
    known = RuleIndex(modules).read()
    assert known is not None
    assert [astuple(rule) for rule in known] == [astuple(rule) for rule in rules]
    assert [rule.function for rule in known] == [rule.function for rule in rules]
    assert [rule.documentation for rule in known] == [rule.documentation for rule in rules]


def test_a_changed_module_makes_the_index_old(modules: Path) -> None:
    RuleIndex(modules).write(import_rules())
    os.utime(modules / "users.py", ns=(0, 1_000_000_000))
    assert RuleIndex(modules).read() is None


def test_a_new_module_makes_the_index_old(modules: Path) -> None:
    RuleIndex(modules).write(import_rules())
    (modules / "ports.py").write_text("")
    assert RuleIndex(modules).read() is None


def test_a_broken_index_is_none(modules: Path, cache: Path) -> None:
    RuleIndex(modules).write(import_rules())
    (file,) = cache.iterdir()
    file.write_bytes(file.read_bytes()[:-100])
    assert RuleIndex(modules).read() is None


def test_a_later_start_imports_only_the_rules_that_may_find_something(tmp_path: Path) -> None:
    first, later = loaded(tmp_path), loaded(tmp_path)
    assert {"gendock.rules.users", "gendock.rules.packages_apt"} <= first
    assert "gendock.rules.base_images" in later
    assert "gendock.rules.packages_apt" not in later


def test_without_a_folder_to_write_all_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian\nRUN apt-get install curl\n")
    call = [str(GENDOCK), "lint", "Dockerfile"]
    kept = subprocess.run(call, capture_output=True, cwd=tmp_path, check=False)
    monkeypatch.setenv("GENDOCK_CACHE_DIR", str(tmp_path / "Dockerfile" / "cache"))
    alone = [subprocess.run(call, capture_output=True, cwd=tmp_path, check=False) for _ in range(2)]
    assert {(done.returncode, done.stdout, done.stderr) for done in [kept, *alone]} == {(1, kept.stdout, b"")}
