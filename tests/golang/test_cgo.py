"""Whether a program needs cgo: from requirements and imports, as data."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.golang import read_project

SQLITE = "github.com/mattn/go-sqlite3 v1.14.22"
CASES = {
    "imported": (SQLITE, "1.26", "github.com/mattn/go-sqlite3", "github.com/mattn/go-sqlite3"),
    "imported by nobody": (SQLITE, "1.26", "fmt", None),
    "of another, which is imported": (
        f"{SQLITE} // indirect", "1.26", "gorm.io/driver/sqlite", "github.com/mattn/go-sqlite3",
    ),
    "of another's package, which is imported": (
        f"{SQLITE} // indirect", "1.26", "github.com/golang-migrate/migrate/v4/database/sqlite3",
        "github.com/mattn/go-sqlite3",
    ),
    "of another, which is not imported": (f"{SQLITE} // indirect", "1.26", "gorm.io/driver/postgres", None),
    "of another that does without": ("github.com/DataDog/zstd v1.5.5 // indirect", "1.26", "fmt", None),
    "of another that cannot do without": (
        "github.com/valyala/gozstd v1.20.1 // indirect", "1.26", "fmt", "github.com/valyala/gozstd",
    ),
    "of a tool that cannot do without": (
        "github.com/valyala/gozstd v1.20.1 // indirect\n\ntool example.com/shop/tool", "1.26", "fmt", None,
    ),
    "of one that an old go.mod does not tell": (
        "github.com/valyala/gozstd v1.20.1 // indirect", "1.15", "fmt", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_cgo(case: str, tmp_path: Path) -> None:
    required, version, imported, wanted = CASES[case]
    (tmp_path / "go.mod").write_text(f"module example.com/shop\n\ngo {version}\n\nrequire {required}\n")
    (tmp_path / "main.go").write_text(f'package main\n\nimport _ "{imported}"\n\nfunc main() {{}}\n')
    cgo = read_project(tmp_path).programs[0].cgo
    assert (None if cgo is None else cgo.because) == wanted
