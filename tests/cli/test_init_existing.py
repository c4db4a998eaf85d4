"""A Dockerfile that was there before gendock: what it has and the code does not say goes on."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from gendock.generate import Kept, read_existing

GENDOCK = Path(sys.executable).with_name("gendock")
MAIN = 'package main\n\nimport "C"\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":8080", nil) }\n'
OLD = r"""# syntax=docker/dockerfile:1
FROM golang:1.22 AS build
RUN apt-get update && apt-get install -y git libvips-dev
COPY <<EOF /etc/note
LABEL not=one
FROM nothing
EOF
COPY . .
RUN go build -o /app .

FROM debian:12
ARG TEAM=shop
LABEL vendor="Acme \"Ltd\"" team=$TEAM org.opencontainers.image.revision=abc maintainer=me
ENV LOG_LEVEL=info GREETING="hello world" \
    API_TOKEN=hunter2 PATH=/app:$PATH CONFIG=/app/config.yaml
RUN apt-get update && \
    apt-get install -y --no-install-recommends ca-certificates curl ffmpeg=7:5.1 && \
    rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
EXPOSE 8080 9090/tcp 53/udp
USER 1000:1000
ENTRYPOINT ["/app"]
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([GENDOCK, *arguments], cwd=folder, check=False, capture_output=True, text=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "go.mod").write_text("module example.com/shop\n\ngo 1.26\n")
    (tmp_path / "main.go").write_text(MAIN)
    (tmp_path / "Dockerfile").write_text(OLD)
    return tmp_path


def test_without_force_it_is_shown_and_nothing_is_written(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = run(folder, "init")
    assert done.returncode == 1
    assert "-FROM golang:1.22 AS build\n" in done.stdout
    assert done.stderr == (
        "gendock: Dockerfile is there and would change as shown; nothing was written. --force overwrites. "
        "Taken over: packages ffmpeg, packages of the build libvips-dev, LABEL vendor, LABEL team, "
        "ENV LOG_LEVEL, ENV GREETING, USER 1000:1000\n"
    )
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_with_force_it_goes_on_and_is_remembered(folder: Path) -> None:
    done = run(folder, "init", "--force")
    assert (done.returncode, done.stderr) == (0, "")
    assert "taken over from the Dockerfile that was here: packages ffmpeg, " in done.stdout
    text = (folder / "Dockerfile").read_text()
    for line in (
        "    apt-get install -y --no-install-recommends ca-certificates ffmpeg tzdata && \\",
        'LABEL team="shop" \\',
        '      vendor="Acme \\"Ltd\\""',
        "ENV LOG_LEVEL=info",
        'ENV GREETING="hello world"',
        "EXPOSE 8080",
        "USER 1000:1000",
    ):
        assert f"\n{line}\n" in text
    for word in ("hunter2", "9090", "curl", "not=one", "abc", "maintainer"):
        assert word not in text
    assert tomllib.loads((folder / "gendock.toml").read_text()) == {
        "init": {
            "kept": {
                "packages": ["ffmpeg"],
                "build-packages": ["libvips-dev"],
                "labels": {"vendor": 'Acme "Ltd"', "team": "shop"},
                "environment": {"LOG_LEVEL": "info", "GREETING": "hello world"},
                "user": "1000:1000",
            }
        }
    }
    for command in ("init", "update"):
        again = run(folder, command)
        assert (again.returncode, again.stdout) == (0, "Dockerfile is up to date\n")


CASES = {
    "Alpine's names": (
        "FROM alpine\nRUN apk add --no-cache ffmpeg sqlite openssl bash x\n",
        Kept(("ffmpeg", "sqlite3")),
    ),
    "a user by name": ("FROM alpine\nUSER app\n", None),
    "root": ("FROM alpine\nUSER 0\n", None),
    "gendock's own user": ("FROM alpine\nUSER 65532:65532\n", None),
    "a stage below": ("FROM alpine AS base\nEXPOSE 70\nFROM base\nUSER 5\n", Kept(ports=("70",), user="5")),
    "a variable with a value from elsewhere": (
        "FROM alpine\nENV A=$B\nENV PORT=9000\n",
        Kept(environment=(("PORT", "9000"),)),
    ),
    "no Dockerfile at all": ("hello\n", None),
    "our own": ("# Written by gendock. x\nFROM alpine\nENV A=1\n", None),
    "nothing": ("", None),
    "a broken line": ('FROM alpine\nLABEL "a\nENV B=1\n', Kept(environment=(("B", "1"),))),
    "control characters": ("FROM alpine\nENV A=a\x1b[31m\nLABEL b='\x07'\n", None),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_taken_over(case: str, tmp_path: Path) -> None:
    text, wanted = CASES[case]
    (tmp_path / "Dockerfile").write_text(text)
    found = read_existing(tmp_path)
    assert (found and found.kept) == wanted
