"""Stages that nobody uses, that hold nothing, or that ship a compiler."""

from __future__ import annotations

import pytest

from gendock.lint import Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.profiles import Profile


def messages(text: str, code: str, profile: Profile = Profile.ALL) -> list[str]:
    return [one.message for one in lint_text(f"{text}\n", Settings(select=(code,), profile=profile))]


@pytest.mark.parametrize(
    ("text", "unused"),
    [
        ("FROM a AS x\nFROM b", ["x"]),
        ("FROM a\nFROM b", ["number 0"]),
        ("FROM a AS x\nFROM x", []),
        ("FROM a AS x\nFROM b\nCOPY --from=x / /", []),
        ("FROM a AS x\nFROM b\nCOPY --from=0 / /", []),
        ("FROM a AS x\nFROM b\nRUN --mount=type=bind,from=x,target=/x ls", []),
        ("FROM a AS x\nFROM x AS y\nFROM b", ["x", "y"]),
        ("FROM a AS x\nCMD y\nFROM b", []),
        ("FROM a AS test\nFROM b", []),
        ("FROM a AS x\nFROM x AS unit-test\nFROM b", []),
        ("FROM a AS x\nFROM b AS x\nFROM c\nCOPY --from=x / /", ["x"]),
        ("FROM a AS build\nFROM b\nCOPY --from build / /", []),
        ("FROM a AS build\nFROM b\nCOPY --from=biuld / /", []),
        ("FROM a AS build\nFROM b\nCOPY --from=nginx / /", ["build"]),
        ("ARG V=1\nFROM a AS x-1\nFROM a AS x-2\nFROM a AS y-2\nFROM x-${V}", ["y-2"]),
        ("ARG V=1\nFROM a AS x-1\nFROM a AS x-2\nFROM b\nCOPY --from=x-$V / /", []),
        ("FROM a", []),
    ],
)
def test_unused_stages(text: str, unused: list[str]) -> None:
    assert messages(text, "GD130") == [f"no image uses the stage {name}" for name in unused]


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("FROM a AS x\nRUN y\n\n# Ours.\nFROM b\n", "# Ours.\nFROM b\n"),
        ("FROM c AS z\n\n# Theirs.\nFROM a AS x\n\nFROM z\n", "FROM c AS z\n\nFROM z\n"),
        ("# License\n\n# X.\n# Y.\nFROM a AS x\nFROM b\n", "# License\n\nFROM b\n"),
        ("ARG V=1\nFROM a AS x\nFROM x AS y\nFROM b\n", "ARG V=1\nFROM b\n"),
        ("FROM a AS fix-run\nFROM c AS fix\nCOPY --from=fix-run / /\nFROM b\n", "FROM b\n"),
        ("FROM a AS x\nFROM c AS z\nFROM b\nCOPY --from=1 / /\n", None),
    ],
)
def test_an_unused_stage_goes(text: str, fixed: str | None) -> None:
    settings = Settings(select=("GD130",))
    done = fix_text(text, lambda text: lint_text(text, settings), unsafe=True)
    assert done.text == (text if fixed is None else fixed)


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("FROM golang:1.26\nRUN CGO_ENABLED=0 go build -o /app .", True),
        ("FROM rust:1\nRUN cargo build --release", True),
        ("FROM debian:12\nRUN ./configure && make", True),
        ("FROM debian:12\nRUN apt-get install -y gcc && make && apt-get purge -y gcc", False),
        ("FROM golang:1.26 AS b\nRUN go build\nFROM debian:12", False),
        ("FROM golang:1.26\nRUN go version", False),
        ("FROM debian:12\nRUN echo make", False),
        ("FROM a\nRUN go build && echo purged", True),
        ("FROM a\nRUN apt-get purge -y x && go build", True),
        ("FROM a\nRUN go build && sudo apt-get -y autoremove", False),
        ("FROM a\nRUN go build && apk --no-network del .tools", False),
        ("FROM a\nRUN make install && dnf -y remove gcc", False),
    ],
)
def test_single_stage(text: str, *, fires: bool) -> None:
    assert bool(messages(text, "GD131")) is fires


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("FROM scratch AS x\nFROM a\nCOPY --from=x /y /y", True),
        ("FROM scratch AS x\nFROM a\nCOPY --from=0 /y /y", True),
        ("FROM scratch AS x\nFROM x AS z\nFROM a\nCOPY --from=z y /y", True),
        ("FROM a\nCOPY --from=scratch /y /y", True),
        ("FROM scratch AS x\nFROM a\nCOPY --from=x / /", False),
        ("FROM scratch AS x\nFROM a\nCOPY --from=x /* /", False),
        ("FROM scratch AS x\nCOPY y /\nFROM a\nCOPY --from=x /y /y", False),
        ("FROM scratch AS x\nADD y /\nFROM a\nCOPY --from=x /y /y", False),
        ('FROM scratch AS x\nRUN ["/y"]\nFROM a\nCOPY --from=x /y /y', False),
        ("FROM scratch AS x\nWORKDIR /y/z\nFROM a\nCOPY --from=x /y /y", False),
        ("FROM scratch AS x\nWORKDIR /y/z\nFROM a\nCOPY --from=x /y/a /y", True),
        ("FROM a AS x\nFROM a\nCOPY --from=x /y /y", False),
        ("FROM scratch AS x\nFROM a\nCOPY --from=x $Y /y", False),
    ],
)
def test_empty_stages(text: str, *, fires: bool) -> None:
    assert bool(messages(text, "GD132")) is fires
