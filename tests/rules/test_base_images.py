"""FROM: tags, registries, platforms."""

from __future__ import annotations

import pytest

from gendock.lint import Finding, Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.options import RuleOptions
from gendock.lint.profiles import Profile


def found(text: str, code: str, trusted: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    options = RuleOptions(trusted_registries=trusted)
    return lint_text(text, Settings(select=(code,), profile=Profile.ALL, options=options))


def mended(text: str, code: str) -> str:
    return fix_text(text, lambda text: found(text, code), unsafe=True).text


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("FROM debian", True),
        ("FROM debian:12", False),
        ("FROM debian@sha256:" + "a" * 64, False),
        ("FROM localhost:5000/debian", True),
        ("FROM scratch", False),
        ("FROM example.com/scratch", True),
        ("FROM a:1 AS b\nFROM b", False),
        ("FROM a:1 AS B\nFROM b", False),
        ("ARG IMAGE=debian\nFROM $IMAGE", True),
        ("ARG IMAGE=debian:12\nFROM $IMAGE", False),
        ("ARG IMAGE\nFROM $IMAGE", False),
        ("ARG TAG\nFROM debian:$TAG", False),
        ("ARG TAG\nFROM debian$TAG", False),
        ("ARG REGISTRY\nFROM $REGISTRY/debian", True),
        ("FROM a:1 AS go-amd64\nFROM go-${TARGETARCH}", False),
        ("FROM Debian", False),
        ("FROM localhost/app", False),
        ("FROM local/app", False),
        ("FROM local-image/shared/app", False),
        ("ARG HOST=localhost\nFROM $HOST/app", False),
        ("FROM local", True),
        ("FROM locals/app", True),
        ("RUN true", False),
    ],
)
def test_tags(text: str, *, fires: bool) -> None:
    assert bool(found(f"{text}\n", "DL3006")) is fires


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("FROM app-base", 0),
        ("FROM docker.io/app-base", 1),
        ("FROM app/base", 1),
        ("FROM alpine", 1),
        ("ARG IMAGE=app-base\nFROM $IMAGE", 0),
    ],
)
def test_a_name_that_no_registry_has_is_left_alone_by_default(text: str, count: int) -> None:
    assert len(lint_text(f"{text}\n", Settings(select=("DL3006",)))) == count
    assert len(found(f"{text}\n", "DL3006")) == 1


def test_a_tag_is_missing_where_the_name_comes_from() -> None:
    (finding,) = found("ARG IMAGE=debian\nFROM $IMAGE\n", "DL3006")
    assert finding.help == "let ARG IMAGE have a default with a version"


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("FROM debian:latest", True),
        ("FROM debian:latest@sha256:" + "a" * 64, False),
        ("ARG TAG=latest\nFROM debian:$TAG", True),
        ("ARG IMAGE\nFROM $IMAGE:latest", True),
        ("FROM latest:12", False),
        ("FROM debian:latest-slim", False),
    ],
)
def test_latest(text: str, *, fires: bool) -> None:
    assert bool(found(f"{text}\n", "DL3007")) is fires


@pytest.mark.parametrize(
    ("text", "place", "help_"),
    [
        ("ARG TAG=latest\nFROM a:$TAG", "latest", "give ARG TAG a version as its default"),
        ('ARG TAG="latest"\nFROM "a:${TAG}"', '"latest"', "give ARG TAG a version as its default"),
        ("ARG I=a:latest X=1\nFROM $I", "a:latest", "give ARG I a version as its default"),
        ("ARG T=latest\nFROM a:$T AS b\nFROM c:$T", "latest", "give ARG T a version as its default"),
        (
            "ARG I=a\nFROM $I:latest",
            "$I:latest",
            "name a version: `FROM a:<version>`, or where there is none, the digest",
        ),
    ],
)
def test_a_tag_is_mended_where_it_comes_from(text: str, place: str, help_: str) -> None:
    (finding,) = found(f"{text}\n", "DL3007")
    assert (text[finding.span.start : finding.span.end], finding.help) == (place, help_)


def test_distroless_has_no_versions_to_name() -> None:
    (finding,) = found("FROM gcr.io/distroless/static\n", "DL3006")
    assert "@sha256:<digest>" in finding.help


@pytest.mark.parametrize(
    ("trusted", "text", "fires"),
    [
        ((), "FROM quay.io/a/b:1", False),
        (("docker.io",), "FROM debian:12", False),
        (("docker.io",), "FROM someone/debian:12", False),
        (("hub.docker.com",), "FROM docker.io/library/debian:12", False),
        (("ghcr.io",), "FROM debian:12", True),
        (("*.example.com",), "FROM a.example.com/b:1", False),
        (("*.example.com",), "FROM example.com.evil.org/b:1", True),
        (("quay*",), "FROM quay.io/b:1", False),
        (("*",), "FROM anything.org/b:1", False),
        (("ghcr.io",), "FROM scratch", False),
        (("ghcr.io",), "FROM ghcr.io/a:1 AS b\nFROM b\nCOPY --from=b /a /b\nCOPY --from=0 /a /b", False),
        (("ghcr.io",), "FROM ghcr.io/a:1\nCOPY --from=quay.io/b:1 /a /b", True),
        (("ghcr.io",), "FROM ghcr.io/a:1\nRUN --mount=type=bind,from=quay.io/b:1,target=/b ls", True),
        (("ghcr.io",), "ARG REGISTRY\nFROM $REGISTRY/a:1", False),
        (("ghcr.io",), "ARG REGISTRY=quay.io\nFROM $REGISTRY/a:1", True),
    ],
)
def test_registries(trusted: tuple[str, ...], text: str, *, fires: bool) -> None:
    assert bool(found(f"{text}\n", "DL3026", trusted)) is fires


def test_a_registry_in_a_mount_is_pointed_at() -> None:
    text = "FROM ghcr.io/a:1\nRUN --mount=type=bind,from=quay.io/b:1,target=/b ls\n"
    (finding,) = found(text, "DL3026", ("ghcr.io",))
    assert text[finding.span.start : finding.span.end] == "quay.io/b:1"


@pytest.mark.parametrize(
    ("text", "also"),
    [
        ("FROM --platform=linux/amd64 a:1", ["FromPlatformFlagConstDisallowed"]),
        ("ARG P=linux/amd64\nFROM --platform=$P a:1", []),
        ("FROM --platform=$BUILDPLATFORM a:1", None),
        ('FROM --platform="${BUILDPLATFORM:-linux/amd64}" a:1', None),
        ("FROM --platform=$TARGETOS/$TARGETARCH a:1", None),
        ("FROM --platform=linux/arm64 a:1 AS build-arm64", None),
        ("FROM --platform=linux/arm64 a:1 AS build", ["FromPlatformFlagConstDisallowed"]),
    ],
)
def test_platforms(text: str, also: list[str] | None) -> None:
    assert [list(finding.also) for finding in found(f"{text}\n", "DL3029")] == (
        [] if also is None else [also]
    )


@pytest.mark.parametrize(
    ("text", "code", "fixed"),
    [
        ("FROM --platform=linux/amd64 \\\n  a:1 AS b\n", "DL3029", "FROM \\\n  a:1 AS b\n"),
        ("FROM \\\n  --platform=linux/amd64 a:1\n", "DL3029", "FROM a:1\n"),
        ("FROM \\\n# why\n  --platform=linux/amd64 a:1\n", "DL3029", None),
        ("FROM --platform=windows/amd64 a:1\n", "DL3029", None),
        ("from --platform=${TARGETPLATFORM} a:1\n", "DL3065", "from a:1\n"),
        ("FROM --platform=${TARGETPLATFORM:-linux/amd64} a:1\n", "DL3065", "FROM a:1\n"),
        ("FROM --platform=linux/$TARGETARCH a:1\n", "DL3065", None),
    ],
)
def test_a_platform_is_taken_out(text: str, code: str, fixed: str | None) -> None:
    assert mended(text, code) == (fixed or text)
