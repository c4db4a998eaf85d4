"""The README shows what gendock really prints."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from gendock.lint import registry

CHECKOUT = Path(__file__).parents[2]
GENDOCK = Path(sys.executable).with_name("gendock")
README = (CHECKOUT / "README.md").read_text()
BLOCKS = re.findall(r"^```\n(\$ .*?)^```$", README, re.MULTILINE | re.DOTALL)


def shown(command: str) -> str:
    """Return what the README prints below a command, up to the next one."""
    (text,) = (
        part
        for block in BLOCKS
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)
        if part.startswith(f"{command}\n")
    )
    return text.partition("\n")[2].rstrip("\n")


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run([GENDOCK, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_init(tmp_path: Path) -> None:
    sample = tmp_path / "chi-orders"
    shutil.copytree(CHECKOUT / "samples" / "chi-orders", sample)
    assert run(sample, "init").rstrip("\n") == shown("gendock init")
    first = next(block for block in BLOCKS if block.startswith("$ cat Dockerfile\n# Written"))
    assert (sample / "Dockerfile").read_text() == first.partition("\n")[2]


def test_init_with_compose(tmp_path: Path) -> None:
    sample = tmp_path / "with-services"
    shutil.copytree(CHECKOUT / "samples" / "with-services", sample)
    for command in ("gendock init --with compose", "gendock init --with compose --explain"):
        printed = run(sample, *command.split()[1:])
        for part in shown(command).split("...\n"):
            assert part.removesuffix("...").strip("\n") in printed


def test_lint(tmp_path: Path) -> None:
    (block,) = (one for one in BLOCKS if "\n$ gendock lint\n" in one)
    dockerfile = block.partition("\n")[2].partition("\n\n$ gendock lint\n")[0]
    (tmp_path / "Dockerfile").write_text(f"{dockerfile}\n")
    (tmp_path / "go.mod").write_text("module example.com/app\n\ngo 1.26.0\n")
    printed = run(tmp_path, "lint")
    for part in shown("gendock lint").split("...\n"):
        assert part.strip("\n") in printed
    run(tmp_path, "lint", "--fix")
    assert "FROM golang:1.26 AS build\nCOPY *.mod ./\n" in (tmp_path / "Dockerfile").read_text()


def test_the_number_of_rules() -> None:
    rules = [rule for rule in registry().rules if not rule.code.startswith("SC")]
    mended = sum(any(good for _, good in rule.page.examples) for rule in rules)
    assert f"There are {len(rules)} rules, {mended} of them with a fix, " in README
