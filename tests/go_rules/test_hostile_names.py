"""Names of files that hold line ends, quotes or signs of a shell: no fix writes them as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.lint import Settings, lint_text

MODULE = "module example.com/app\n\ngo 1.26\n"
MAIN = "package main\n\nfunc main() {}\n"
LINES = "FROM golang:1.26\nWORKDIR /src\nCOPY . .\n"
ODD = ["a\nRUN touch x", "$(touch x)", "`touch x`", 'a"b', "a'b", "a b", "a;b", "a\\b", "a\u2028b"]


def fixed(folder: Path, code: str, files: dict[str, str], line: str) -> list[bool]:
    """Return for each finding of a rule whether it has a fix."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    found = lint_text(f"{LINES}{line}\n", Settings(select=(code,)), folder=folder)
    return [one.fix is not None for one in found]


@pytest.mark.parametrize("name", ODD)
def test_a_package(name: str, tmp_path: Path) -> None:
    files = {"go.mod": MODULE, f"cmd/{name}/main.go": MAIN}
    assert fixed(tmp_path, "GO201", files, "RUN go build -o /app ./cmd/other") == [False]


@pytest.mark.parametrize("name", ["a\nRUN touch x", "!a", "#a", " a", "[a]", "a*", "a\\b"])
def test_a_secret_to_ignore(name: str, tmp_path: Path) -> None:
    files = {"go.mod": MODULE, "main.go": MAIN, f"{name}.key": ""}
    assert fixed(tmp_path, "GO401", files, "RUN go build -o /app .") == [False]


@pytest.mark.parametrize("name", ["a\n!secret", "[a]", "a*", "a\\b"])
def test_an_embedded_file_to_take_back(name: str, tmp_path: Path) -> None:
    embedding = 'package main\n\nimport "embed"\n\n//go:embed pages\nvar pages embed.FS\n\nfunc main() {}\n'
    ignoring = {".dockerignore": "**/*.html\n", f"pages/{name}.html": ""}
    files = {"go.mod": MODULE, "main.go": embedding, **ignoring}
    assert fixed(tmp_path, "GO402", files, "RUN go build -o /app .") == [False]


@pytest.mark.parametrize("name", ["a", "with space", "ä"])
def test_what_an_ignore_file_can_say(name: str, tmp_path: Path) -> None:
    files = {"go.mod": MODULE, "main.go": MAIN, f"{name}.key": ""}
    assert fixed(tmp_path, "GO401", files, "RUN go build -o /app .") == [True]
