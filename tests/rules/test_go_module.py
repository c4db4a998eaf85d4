"""Cases of the rules that read go.mod beside the Dockerfile."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.lint import Settings, lint_text

MODULE = "module example.com/app\n\ngo 1.25.0\n"


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        ("COPY go.mod go.sum ./", "go.sum"),
        ("COPY go.mod ./go.sum ./", "./go.sum"),
        ('COPY ["go.mod", "go.sum", "./"]', '"go.sum"'),
        ("RUN --mount=type=bind,source=go.sum,target=go.sum go mod download", "type=bind,source=go.sum,"),
        ("RUN --mount=type=bind,src=go.sum,dst=go.sum go mod download", "type=bind,src=go.sum,"),
        ("RUN --mount=source=go.sum,target=go.sum go mod download", "source=go.sum,"),
        ("RUN --mount=target=go.sum,source=./go.sum go mod download", "target=go.sum,source=./go.sum"),
        ('RUN --mount="type=bind,source=go.sum",target=go.sum true', '"type=bind,source=go.sum",'),
        ("COPY go.mod go.su[m] ./", None),
        ("COPY go.mod vendor/go.sum ./", None),
        ("COPY --from=other /go.sum ./", None),
        ("RUN --mount=from=other,source=go.sum,target=go.sum go mod download", None),
        ("RUN --mount=type=cache,source=go.sum,target=/x go mod download", None),
        ("RUN --mount=type=bind,source=go.sum.old,target=/x go mod download", None),
    ],
)
def test_missing_go_sum(lines: str, word: str | None, tmp_path: Path) -> None:
    found = findings("GO102", f"FROM golang:1.26 AS other\nFROM golang:1.26\n{lines}\n", tmp_path)
    assert len(found) == (0 if word is None else 1)
    assert all(one.startswith(word or "") for one in found)


def test_a_go_sum_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "go.sum").write_text("")
    assert findings("GO102", "FROM golang:1.26\nCOPY go.mod go.sum ./\n", tmp_path) == []


@pytest.mark.parametrize(
    ("image", "fires"),
    [
        ("golang:1.24", True),
        ("library/golang:1.24-alpine", True),
        ("docker.io/golang:1.24", True),
        ("index.docker.io/library/golang:1.20", True),
        ("public.ecr.aws/docker/library/golang:1.24", True),
        ("mirror.gcr.io/library/golang:1.24", True),
        ("golang:1.25", False),
        ("golang:1.26rc1", False),
        ("golang:latest", False),
        ("me/golang:1.24", False),
        ("ghcr.io/library/golang:1.24", False),
    ],
)
def test_image_go_too_old(image: str, *, fires: bool, tmp_path: Path) -> None:
    text = f"FROM {image}\nCOPY . .\nRUN go build .\n"
    assert findings("GO101", text, tmp_path) == ([image] if fires else [])


def findings(code: str, text: str, folder: Path) -> list[str]:
    """Return the words that a rule speaks about."""
    (folder / "go.mod").write_text(MODULE)
    found = lint_text(text, Settings(select=(code,)), folder=folder)
    return [one.source.slice(one.span) for one in found]
