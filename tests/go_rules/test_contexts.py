"""Files from elsewhere than the usual build context: contexts with names, and a folder that is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from gendock.lint import Settings, lint_text

APP = {
    "app/go.mod": "module example.com/app\n\ngo 1.26\n\nrequire example.com/lib v0.0.0\n\n"
    "replace example.com/lib => ../common\n",
    "app/main.go": 'package main\n\nimport "example.com/lib"\n\nfunc main() { println(lib.Name) }\n',
    "common/go.mod": "module example.com/lib\n\ngo 1.26\n",
    "common/lib.go": 'package lib\n\nconst Name = "lib"\n',
}
BUILD = 'RUN go build -trimpath -ldflags="-s -w" -o /out .\n'
HEAD = "FROM golang:1.26 AS build\nENV CGO_ENABLED=0\nWORKDIR /src/app\nCOPY . .\n"
SHIPPED = '\nFROM scratch\nCOPY --from=build /out /out\nUSER 65532:65532\nENTRYPOINT ["/out"]\n'


class Ran(Protocol):
    """How a command ended."""

    status: int
    out: str
    err: str


def write(folder: Path, text: str) -> Path:
    for name, content in {**APP, "app/Dockerfile": text}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder / "app"


@pytest.mark.parametrize(
    ("brought", "found"),
    [
        ("", {"GO109"}),
        ("COPY --from=common . /src/common/\n", set()),
        ("RUN --mount=type=bind,from=common,target=/mnt cp -r /mnt /src/common\n", set()),
    ],
)
def test_a_context_with_a_name_may_hold_what_is_missing(
    brought: str, found: set[str], tmp_path: Path
) -> None:
    text = f"{HEAD}{brought}{BUILD}{SHIPPED}"
    folder = write(tmp_path, text)
    mistakes = lint_text(text, Settings(select=("GO",)), folder=folder, context_folder=folder)
    assert {one.rule.code for one in mistakes} == found


def test_a_module_that_is_mounted_for_the_build_alone(tmp_path: Path) -> None:
    mounted = BUILD.replace("RUN ", "RUN --mount=type=bind,from=common,target=/src/common ")
    text = f"{HEAD}{mounted}{SHIPPED}"
    folder = write(tmp_path, text)
    assert lint_text(text, Settings(select=("GO",)), folder=folder, context_folder=folder) == ()


@pytest.mark.parametrize(("context", "codes"), [("app", {"GO109"}), (".", set())])
def test_the_context_that_is_named_counts(
    context: str, codes: set[str], tmp_path: Path, gendock: Callable[..., Ran]
) -> None:
    both = HEAD.replace("/src/app\nCOPY . .", "/src\nCOPY . .\nWORKDIR /src/app")
    folder = write(tmp_path, f"{HEAD if context == 'app' else both}{BUILD}{SHIPPED}")
    named = ("--context", tmp_path / context, "--select", "GO", "--output-format", "concise")
    ran = gendock("lint", folder / "Dockerfile", *named, cwd=tmp_path)
    assert {code for code in ("GO102", "GO109", "GO201", "GO204") if code in ran.out} == codes, ran.out
    assert ran.status == (1 if codes else 0), ran.out + ran.err
