"""dockerfile-parse finds the same base images as the tree; it knows no heredocs, so there are none here."""

from __future__ import annotations

import io

import pytest
from dockerfile_parse import DockerfileParser

from gendock.dockerfile import read

TEXTS = [
    "FROM golang:1.26 AS build\nFROM gcr.io/distroless/static:nonroot\nCOPY --from=build /a /a\n",
    "ARG V=1.26\nARG I=golang\nFROM ${I}:${V}-bookworm AS build\nFROM build\nFROM scratch\n",
    "FROM --platform=$BUILDPLATFORM a:1 AS x\nFROM x AS y\nFROM b@sha256:0\n",
    "from a:1 as x\nRUN true \\\n  && false\nfrom b:2\n",
]


@pytest.mark.parametrize("text", TEXTS)
def test_base_images(text: str) -> None:
    theirs = DockerfileParser(fileobj=io.BytesIO(text.encode())).parent_images
    ours = [stage.base for stage in read(text).stages]
    assert ours == theirs
