"""Imports go one way: what README.md draws is what the code does."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
ALLOWED = {
    "dockerfile": set(),
    "golang": set(),
    "shell": set(),
    "generate": {"dockerfile", "golang", "shell"},
    "lint": {"dockerfile", "golang", "shell"},
    "engine": set(),
    "registry": set(),
    "pin": {"dockerfile", "registry"},
    "report": {"dockerfile", "golang", "generate", "lint", "engine", "pin"},
    "cli": {"dockerfile", "golang", "generate", "lint", "engine", "registry", "pin", "report"},
    "rules": {"dockerfile", "golang", "lint", "shell"},
}
EVERYWHERE = {"errors", "files", "version"}


def imported(path: Path) -> set[str]:
    """Return the parts of gendock that a module imports, wherever in it the import stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("gendock."):
            found.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {name.name.split(".")[1] for name in node.names if name.name.startswith("gendock.")}
    return found


@pytest.mark.parametrize("part", ALLOWED)
def test_imports_go_one_way(part: str) -> None:
    folder = CHECKOUT / "rules" if part == "rules" else CHECKOUT / "gendock" / part
    wrong = {
        f"{path.relative_to(CHECKOUT)} imports {other}"
        for path in folder.rglob("*.py")
        for other in imported(path) - ALLOWED[part] - EVERYWHERE - {part}
    }
    assert wrong == set()


def test_every_folder_has_its_row() -> None:
    folders = {path.name for path in (CHECKOUT / "gendock").iterdir() if (path / "__init__.py").is_file()}
    assert folders | {"rules"} == set(ALLOWED)
