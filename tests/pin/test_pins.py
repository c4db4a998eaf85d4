"""Which names of images a Dockerfile has, and what becomes of them, from small files as data."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given

from gendock.dockerfile import read
from gendock.errors import ImageUnavailableError, RegistryUnavailableError
from gendock.pin import PinnedFile, image_places, loosen, pin, wanted
from gendock.registry import Answer, Reference
from tests.dockerfile.strategies import any_dockerfile

OLD = "sha256:" + "0" * 64


def digest_of(name: str) -> str:
    """Stand for what a registry has behind a tag."""
    return f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"


GO = digest_of("docker.io/library/golang:1.26")
DEBIAN = digest_of("docker.io/library/debian:12")
LATEST = digest_of("docker.io/library/debian:latest")


def pinned(text: str | bytes) -> PinnedFile:
    file = read(text)
    answers: dict[Reference, Answer] = {reference: digest_of(str(reference)) for reference in wanted([file])}
    return pin(file, answers)


WRITTEN = {
    "a tag": ("FROM golang:1.26 AS build\n", f"FROM golang:1.26@{GO} AS build\n"),
    "no tag": ("FROM debian\n", f"FROM debian:latest@{LATEST}\n"),
    "a tag that has moved": (f"FROM golang:1.26@{OLD}\n", f"FROM golang:1.26@{GO}\n"),
    "a tag that has not": (f"FROM golang:1.26@{GO}\n", f"FROM golang:1.26@{GO}\n"),
    "a digest alone": (f"FROM golang@{OLD}\n", f"FROM golang@{OLD}\n"),
    "another kind of digest": (
        f"FROM golang:1@sha512:{'0' * 128}\n",
        f"FROM golang:1@sha512:{'0' * 128}\n",
    ),
    "quotes": ('FROM "golang:1.26"\n', f'FROM "golang:1.26@{GO}"\n'),
    "a platform, lines, CRLF and no end": (
        "from --platform=$BUILDPLATFORM \\\r\n  # why\r\n  golang:1.26 \\\r\n as build",
        f"from --platform=$BUILDPLATFORM \\\r\n  # why\r\n  golang:1.26@{GO} \\\r\n as build",
    ),
    "stages": (
        "FROM scratch AS a\nFROM a\nFROM a AS B\nCOPY --from=a x y\nCOPY --from=b x y\nCOPY --from=0 x y\n",
        "FROM scratch AS a\nFROM a\nFROM a AS B\nCOPY --from=a x y\nCOPY --from=b x y\nCOPY --from=0 x y\n",
    ),
    "COPY": (
        "FROM scratch\nCOPY --from=golang:1.26 --link /a /b\n",
        f"FROM scratch\nCOPY --from=golang:1.26@{GO} --link /a /b\n",
    ),
    "mounts": (
        "FROM scratch\nRUN --mount=type=cache,target=/x --mount=target=/y,from=debian:12,ro id\n",
        f"FROM scratch\nRUN --mount=type=cache,target=/x --mount=target=/y,from=debian:12@{DEBIAN},ro id\n",
    ),
    "an ONBUILD": (
        "FROM scratch\nONBUILD COPY --from=golang:1.26 /a /b\nONBUILD COPY --from=theirs /a /b\n",
        f"FROM scratch\nONBUILD COPY --from=golang:1.26@{GO} /a /b\nONBUILD COPY --from=theirs /a /b\n",
    ),
    "an ARG that is the whole name": (
        "ARG BASE=debian:12\nFROM $BASE\nFROM ${BASE}\n",
        f"ARG BASE=debian:12@{DEBIAN}\nFROM $BASE\nFROM ${{BASE}}\n",
    ),
    "such an ARG in quotes, pinned": (
        f'ARG A=1 BASE="debian:12@{OLD}"\nFROM $BASE\n',
        f'ARG A=1 BASE="debian:12@{DEBIAN}"\nFROM $BASE\n',
    ),
    "such an ARG, declared where nothing reads it": (
        "ARG BASE=debian:12\nFROM scratch\nARG BASE\nFROM $BASE\n",
        f"ARG BASE=debian:12@{DEBIAN}\nFROM scratch\nARG BASE\nFROM $BASE\n",
    ),
    "a digest behind a tag that is computed": (
        f"ARG V=1.26\nFROM golang:${{V}}@{OLD}\n",
        f"ARG V=1.26\nFROM golang:${{V}}@{GO}\n",
    ),
    "a host that has a default": (
        f"FROM ${{HOST:-docker.io}}/library/debian:12@{OLD}\n",
        f"FROM ${{HOST:-docker.io}}/library/debian:12@{DEBIAN}\n",
    ),
    "a heredoc": (
        "FROM debian:12\nRUN <<E\nFROM golang:1.26\nE\n",
        f"FROM debian:12@{DEBIAN}\nRUN <<E\nFROM golang:1.26\nE\n",
    ),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_what_is_written(case: str) -> None:
    before, after = WRITTEN[case]
    assert pinned(before).text == after
    assert pinned(after).text == after


def test_bytes_that_are_no_text_stay() -> None:
    result = pinned(b"FROM golang:1.26\nRUN echo \xff\xfe\n")
    assert result.text == f"FROM golang:1.26@{GO}\nRUN echo \udcff\udcfe\n"


LEFT = {
    "a variable in the tag": (
        "ARG V=12\nFROM debian:$V\n",
        "left",
        "a digest here would win over every --build-arg V: put the whole name into one ARG",
    ),
    "two variables": (
        "ARG A=debian B=12\nFROM ${A}:${B}\n",
        "left",
        "a digest here would win over every --build-arg A and B: put the whole name into one ARG",
    ),
    "a default within the name": (
        "FROM ${BASE:-debian:12}\n",
        "left",
        "a digest here would win over every --build-arg BASE: put the whole name into one ARG",
    ),
    "a variable without a default": (
        "ARG BASE\nFROM $BASE\n",
        "left",
        "a variable has no default, so that the build alone knows the image",
    ),
    "a platform in the name": (
        "FROM acme/app:$TARGETARCH\n",
        "left",
        "each platform has an image of its own here, and a digest would be that of one",
    ),
    "an ARG that other names are made of": (
        "ARG BASE=debian:12\nFROM $BASE\nFROM $BASE-slim\n",
        "left",
        "BASE is read in other places as well, where a digest would be in the way",
    ),
    "an ARG that another is made of": (
        "ARG BASE=debian:12\nARG SLIM=$BASE-slim\nFROM $BASE\n",
        "left",
        "BASE is read in other places as well, where a digest would be in the way",
    ),
    "an ARG that a stage reads": (
        "ARG BASE=debian:12\nFROM $BASE\nARG BASE\nRUN echo $BASE\n",
        "left",
        "BASE is read in other places as well, where a digest would be in the way",
    ),
    "an ARG made of another": (
        "ARG V=12\nARG BASE=debian:$V\nFROM $BASE\n",
        "left",
        "the default of BASE is put together itself",
    ),
    "an ARG twice": (
        "ARG BASE=debian:11\nARG BASE=debian:12\nFROM $BASE\n",
        "left",
        "BASE has no default here, or several ARGs",
    ),
    "a name in pieces": (
        "FROM debi\\\nan:12\n",
        "left",
        "the name is broken by quotes or by the end of a line: write it in one piece",
    ),
    "a mount in quotes": (
        'FROM scratch\nRUN --mount=target=/x,"from=debian:12" id\n',
        "left",
        "the name is broken by quotes or by the end of a line: write it in one piece",
    ),
    "no name at all": ("FROM Debian:12\n", "left", "this is no image's name"),
    "a variable in --from": ("FROM scratch\nCOPY --from=$A x y\n", "left", "this is no image's name"),
    "a digest in a variable": (
        f"ARG D={OLD}\nFROM debian:12@$D\n",
        "behind",
        "a digest here would win over every --build-arg D: put the whole name into one ARG",
    ),
    "a digest behind a tag that nobody knows": (f"ARG V\nFROM debian:$V@{OLD}\n", "exact", ""),
}


@pytest.mark.parametrize("case", LEFT)
def test_what_is_left(case: str) -> None:
    text, state, message = LEFT[case]
    result = pinned(text)
    assert result.text == text
    assert [(str(one.state), one.message) for one in result.pins][:1] == [(state, message)]


LOOSENED = {
    "a tag": (f"FROM golang:1.26@{OLD} AS a\n", "FROM golang:1.26 AS a\n"),
    "a digest alone": (f"FROM golang@{OLD}\n", f"FROM golang@{OLD}\n"),
    "a mount": (
        f"FROM scratch\nRUN --mount=from=golang:1.26@{OLD},target=/x id\n",
        "FROM scratch\nRUN --mount=from=golang:1.26,target=/x id\n",
    ),
    "an ARG": (f'ARG B="debian:12@{OLD}"\nFROM $B\n', 'ARG B="debian:12"\nFROM $B\n'),
    "a variable in the tag": (f"ARG V=1\nFROM golang:$V@{OLD}\n", "ARG V=1\nFROM golang:$V\n"),
    "a port is no tag": (f"FROM localhost:5000/a@{OLD}\n", f"FROM localhost:5000/a@{OLD}\n"),
}


@pytest.mark.parametrize("case", LOOSENED)
def test_what_is_taken_off(case: str) -> None:
    before, after = LOOSENED[case]
    assert loosen(read(before)).text == after


def test_one_image_that_cannot_be_had_keeps_no_other_from_its_digest() -> None:
    file = read("FROM golang:1.26\nFROM debian:12\nFROM alpine:3\n")
    go, debian, alpine = wanted([file])
    answers: dict[Reference, Answer] = {
        go: ImageUnavailableError("not there"),
        debian: DEBIAN,
        alpine: RegistryUnavailableError("silent"),
    }
    result = pin(file, answers)
    assert result.text == f"FROM golang:1.26\nFROM debian:12@{DEBIAN}\nFROM alpine:3\n"
    assert [(str(one.state), one.message) for one in result.pins] == [
        ("missing", "not there"),
        ("unpinned", ""),
        ("unknown", "silent"),
    ]


def test_a_word_behind_from_may_be_a_build_context() -> None:
    file = read(
        "FROM assets\nCOPY --from=assets a b\nRUN --mount=from=files,target=/x id\nCOPY --from=a:1 b c\n"
    )
    result = pin(file, {reference: ImageUnavailableError("not there") for reference in wanted([file])})
    assert [str(one.state) for one in result.pins] == ["missing", "context", "context", "missing"]
    assert [one.is_pinned for one in result.pins] == [False, True, True, False]


def test_digests_that_are_known_are_asked_for_with_their_tag() -> None:
    files = [read(f"FROM debian:12@{OLD}\n"), read("FROM docker.io/library/debian:12\n")]
    ((reference, known),) = wanted(files).items()
    assert (str(reference), known) == ("docker.io/library/debian:12", {OLD})


@given(any_dockerfile)
def test_any_file_keeps_all_but_its_digests(text: str) -> None:
    file = read(text)
    result = pinned(text)
    after = read(result.text)
    assert len(after.all_problems) == len(file.all_problems)
    assert pinned(result.text).text == result.text
    taken_off = loosen(after).text
    had_digests = any(one.before for one in result.pins)
    without_tag = any(one.changes and one.reference and not one.reference.tag for one in result.pins)
    assert had_digests or without_tag or taken_off == text
    assert len(image_places(after)) == len(image_places(file))
