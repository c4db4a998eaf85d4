"""What the walk says of the files in a stage is what BuildKit puts there.

Flags and heredocs that only a newer frontend knows are left to the cases of tests/lint/test_gobuild.py.
"""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, cast

import pytest

from gendock.dockerfile import read
from gendock.engine.connection import Engine
from gendock.lint.context import BuildContext
from tests.images import TEST_IMAGE

FILES = {
    "go.mod": "module example.com/app\n\ngo 1.26\n",
    "main.go": "package main\n\nfunc main() {}\n",
    "cmd/app/main.go": "package main\n\nfunc main() {}\n",
    "cmd/app/page.html": "x",
    "notes/a.md": "a",
    "notes/b.txt": "b",
    "notes/deep/c.md": "c",
    "kept/out.txt": "no",
    ".dockerignore": "kept\nDockerfile\n*.bak\n!keep.bak\n",
    "keep.bak": "k",
    "drop.bak": "d",
}
DOCKERFILE = """\
FROM golang:1.26 AS work
WORKDIR /t/00
COPY go.mod .
COPY main.go renamed
COPY . /t/01
COPY cmd /t/02/
COPY cmd notes /t/03/
COPY *.go go.* /t/04/
COPY notes/*.md /t/05/
COPY notes/a.md /t/10/b.md
COPY ../go.mod /t/11/
ARG WHERE=/t/13
COPY go.mod ${WHERE}/there/
COPY notes /t/14
COPY main.go /t/14
RUN mkdir -p /t/15/x && cp /t/14/a.md /t/15/x/ && mv /t/14/b.txt /t/15/moved && rm -r /t/14/deep
RUN cp -r /t/14 /t/16 && touch /t/16/new && echo hi > /t/16/said
RUN (cd /t/16 && touch inner) && touch outer
WORKDIR /t/17
COPY . .
RUN --mount=type=cache,target=/t/18 CGO_ENABLED=0 go build -o /t/19/app ./cmd/app && go build -o /t/18/gone .
RUN go build ./cmd/app && go build -o ../20/ ./cmd/... && GOBIN=/t/21 go install . && go build ./...
RUN --mount=type=bind,target=/t/22 cp /t/22/go.mod /t/23

FROM scratch
COPY --from=work /t /t
COPY --from=work /t/0*/main.go /u/
CMD ["/t/19/app"]
"""


class Ran(Protocol):
    """How a command ended."""

    status: int
    out: str
    err: str


@pytest.mark.engine
def test_the_walk_is_what_happens(tmp_path: Path, engine: Engine, gendock: Callable[..., Ran]) -> None:
    folder = tmp_path / "repository"
    for name, content in {**FILES, "Dockerfile": DOCKERFILE}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    build = BuildContext(read(DOCKERFILE), folder).go
    assert build is not None
    tree = build.tree_of(build.stages[-1])
    assert not tree.all_unknown
    expected = {path for path, entry in tree.entries.items() if not entry.is_folder}
    name = f"{TEST_IMAGE}walk"
    ran = gendock("build", folder, "--tag", name)
    assert ran.status == 0, ran.out + ran.err
    container = engine.client.containers.create(name)
    try:
        archive = tmp_path / "files.tar"
        with archive.open("wb") as file:
            file.writelines(cast("Iterator[bytes]", container.export()))
    finally:
        container.remove()
    with tarfile.open(archive) as members:
        found = {f"/{one.name}" for one in members if one.isfile() and one.name.startswith(("t/", "u/"))}
    assert found == expected
