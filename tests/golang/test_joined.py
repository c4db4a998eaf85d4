"""Paths that are put together from parts: known where each part can be one text only."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.golang import read_project

JOINED = {
    "literals": ('"data", "app.db"', "", ["data/app.db"]),
    "a constant": ('dir, "app.db"', 'const dir = "data"\n', ["data/app.db"]),
    "a part that is configured": ('os.Getenv("DATA"), "app.db"', "", [""]),
    "a part that is empty until it is configured": ('dir, "app.db"', 'var dir = ""\n', [""]),
    "a part that is one of two": (
        'dir, "app.db"',
        'var dir = "data"\n\nfunc init() {\n\tdir = "other"\n}\n',
        [""],
    ),
}


@pytest.mark.parametrize("case", JOINED)
def test_joined(case: str, tmp_path: Path) -> None:
    parts, also, wanted = JOINED[case]
    (tmp_path / "go.mod").write_text("module example.com/shop\n\ngo 1.26\n")
    (tmp_path / "main.go").write_text(
        'package main\n\nimport (\n\t"os"\n\t"path/filepath"\n)\n\n'
        f"{also}\nfunc main() {{\n\tpath := filepath.Join({parts})\n\tos.WriteFile(path, nil, 0o600)\n}}\n"
    )
    assert [place.path for place in read_project(tmp_path).programs[0].written] == wanted
