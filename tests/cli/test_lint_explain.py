"""`gendock lint --explain-build` and `--context`, through the console script."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

FILES = {
    "go.mod": "module example.com/app\n\ngo 1.26\n",
    "main.go": 'package main\n\nimport _ "embed"\n\n//go:embed page.html\nvar p string\n\nfunc main() {}\n',
    "page.html": "",
    "notes.md": "",
    ".dockerignore": "*.md\nDockerfile\n.dockerignore\n",
}
DOCKERFILE = """\
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 \\
    go build -trimpath -o /out/app .

FROM scratch
COPY --from=build /out/app /app
USER 65532
ENTRYPOINT ["/app"]
"""
EXPLAINED = """\
Dockerfile: build context .; 3 of 6 files after .dockerignore

build from golang:1.26
   2  WORKDIR /src
        writes /src
   3  COPY go.mod ./
        reads  go.mod
        writes /src/go.mod
   4  RUN go mod download
        reads  go.mod
   5  COPY . .
        reads  . (3 files)
        writes /src/go.mod /src/main.go /src/page.html
   6  RUN CGO_ENABLED=0 \\ …
        reads  3 files of the repository for .
        writes /out/app

stage 1 from scratch
  10  COPY --from=build /out/app /app
        reads  /out/app of build
        writes /app
  11  USER 65532
  12  ENTRYPOINT ["/app"]
"""


class Ran(Protocol):
    """How a command ended."""

    status: int
    out: str
    err: str


Gendock = Callable[..., Ran]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    return tmp_path


def test_a_build_is_explained(repository: Path, gendock: Gendock) -> None:
    ran = gendock("lint", "--explain-build", cwd=repository)
    assert (ran.status, ran.out, ran.err) == (0, EXPLAINED, "")


def test_what_fails_is_named_at_its_line(repository: Path, gendock: Gendock) -> None:
    text = DOCKERFILE.replace("COPY go.mod ./", "COPY go.mod go.sum ./")
    (repository / "Dockerfile").write_text(text)
    ran = gendock("lint", "--explain-build", cwd=repository)
    assert ran.status == 1
    lines = ran.out.splitlines()
    at = lines.index("   3  COPY go.mod go.sum ./")
    assert lines[at + 1] == "        reads  go.mod"
    assert lines[at + 3].startswith("        fails  GO102 there is no go.sum")


def test_it_is_complete_as_json(repository: Path, gendock: Gendock) -> None:
    ran = gendock("lint", "--explain-build", "--output-format", "json", cwd=repository)
    (build,) = json.loads(ran.out)
    assert build["context"]["files"] == ["go.mod", "main.go", "page.html"]
    first, last = build["stages"]
    download, run = (step for step in first["steps"] if step["go"])
    assert download["go"] == [{"command": "mod download", "packages": [], "inputs": ["go.mod"]}]
    assert run["go"] == [
        {"command": "build", "packages": ["."], "inputs": ["go.mod", "main.go", "page.html"]}
    ]
    assert run["writes"] == {"/out/app": None}
    assert last["steps"][0]["reads"] == [
        {"named": "/out/app", "from": "build", "found": ["/out/app"], "missing": False}
    ]


def test_no_repository_is_said(tmp_path: Path, gendock: Gendock) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian:12\n")
    ran = gendock("lint", "--explain-build", cwd=tmp_path)
    assert (ran.status, ran.out) == (0, "")
    assert ran.err == "Dockerfile: no Go module around it, or no call of go in it\n"


def test_it_shows_no_findings(repository: Path, gendock: Gendock) -> None:
    ran = gendock("lint", "--explain-build", "--fix", cwd=repository)
    assert ran.status == 2
    assert "--explain-build and --fix cannot be combined" in ran.err


def test_the_context_can_be_named(repository: Path, gendock: Gendock) -> None:
    service = repository / "deploy"
    service.mkdir()
    (service / "Dockerfile").write_text("FROM golang:1.26\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\n")
    ran = gendock("lint", "--explain-build", "deploy", "--context", "deploy", cwd=repository)
    assert ran.out.startswith("deploy/Dockerfile: build context deploy; 1 of 1 files, no .dockerignore")
    ran = gendock("lint", "--context", "nothing", cwd=repository)
    assert (ran.status, ran.err) == (2, "gendock: --context: nothing is not a folder\n")


def test_a_fix_writes_the_ignore_file(repository: Path, gendock: Gendock) -> None:
    ignore = repository / ".dockerignore"
    (repository / ".env").write_text("TOKEN=secret\n")
    ignore.write_text("*.html\n*.md")
    before = (repository / "Dockerfile").read_text()
    call = ("lint", "--select", "GO401,GO402", "--unsafe-fixes")
    ran = gendock(*call, "--diff", cwd=repository)
    assert "+++ .dockerignore" in ran.out
    assert "+!page.html" in ran.out
    assert ignore.read_text() == "*.html\n*.md"
    ran = gendock(*call, "--fix", cwd=repository)
    assert "mended Dockerfile:5 GO401 add to .dockerignore" in ran.err
    assert sorted(ignore.read_text().splitlines()) == ["!page.html", "**/.env", "*.html", "*.md"]
    assert (repository / "Dockerfile").read_text() == before
    assert gendock(*call, cwd=repository).status == 0
