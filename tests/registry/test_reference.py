"""Names of images, as registries know them."""

from __future__ import annotations

import pytest

from gendock.registry import Reference, parse_reference

DIGEST = "sha256:" + "0" * 64
HUB = "docker.io"
NAMES = {
    "golang": Reference(HUB, "library/golang", "", ""),
    "golang:1.26-bookworm": Reference(HUB, "library/golang", "1.26-bookworm", ""),
    "docker.io/golang:1": Reference(HUB, "library/golang", "1", ""),
    "index.docker.io/acme/app": Reference(HUB, "acme/app", "", ""),
    "acme/app:1": Reference(HUB, "acme/app", "1", ""),
    "localhost/app": Reference("localhost", "app", "", ""),
    "localhost:5000/app": Reference("localhost:5000", "app", "", ""),
    "registry.example:5000/a/b/c:v1": Reference("registry.example:5000", "a/b/c", "v1", ""),
    "[::1]:5000/app:1": Reference("[::1]:5000", "app", "1", ""),
    f"debian@{DIGEST}": Reference(HUB, "library/debian", "", DIGEST),
    f"debian:12@{DIGEST}": Reference(HUB, "library/debian", "12", DIGEST),
}


@pytest.mark.parametrize("text", NAMES)
def test_parts(text: str) -> None:
    assert parse_reference(text) == NAMES[text]


def test_latest_is_followed_where_nothing_is_named() -> None:
    plain, exact = NAMES["golang"], NAMES[f"debian@{DIGEST}"]
    assert (plain.follows, exact.follows) == (True, False)
    assert str(plain.tagged) == "docker.io/library/golang:latest"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "UPPER",
        "golang:",
        "golang:1 26",
        "golang:1\n",
        "a/../b",
        "a//b",
        "/a",
        "a/",
        "registry.example/../../etc/passwd",
        "registry.example/a?b=c:1",
        "registry.example/a#b",
        "registry.example/a%2e%2e/b",
        "user@registry.example/a",
        "user:password@registry.example/a",
        "https://registry.example/a",
        "registry.example:99999/a",
        "registry.example:0/a",
        "reg\u0131stry.example/a",
        "golang:\u0661",
        "debian@sha256:abc",
        "debian@md5:" + "0" * 32,
        "a" * 300,
        "golang:" + "1" * 129,
        "registry.example\\@other.example/a",
    ],
)
def test_what_can_be_no_name(text: str) -> None:
    assert parse_reference(text) is None
