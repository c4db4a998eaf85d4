"""/bin/sh is another shell in each family of base images, and ShellCheck is asked about that one."""

from __future__ import annotations

import pytest

from gendock.dockerfile import read
from gendock.lint import Settings, lint_text
from gendock.lint.base_shells import posix_shell
from gendock.lint.profiles import Profile

SHELLS = {
    "fedora:42": "bash",
    "registry.access.redhat.com/ubi9/ubi-minimal:latest": "bash",
    "ghcr.io/oracle/oraclelinux:9-slim": "bash",
    "public.ecr.aws/lambda/python:3.13": "bash",
    "opensuse/leap:15": "bash",
    "nvidia/cuda:12.4.1-devel-rockylinux9": "bash",
    "eclipse-temurin:21-ubi9-minimal": "bash",
    "alpine": "busybox",
    "golang:1.26-alpine3.23": "busybox",
    "example.com/app:1-alpine@sha256:abc": "busybox",
    "docker:28-dind": "busybox",
    "debian:trixie-slim": "dash",
    "golang:1.26": "dash",
    "docker.io/library/python:3.13-slim": "dash",
    "mirror.gcr.io/library/node:24": "dash",
    "nvidia/cuda:12.4.1-devel-ubuntu22.04": "dash",
    "alpine/git:2": "busybox",
    "python:3.13-alpine": "busybox",
    "ghcr.io/acme/alpine-debian": None,
    "alpine.example.com/base": None,
    "ghcr.io/alpine-users/base:1": None,
    "openjdk:8-jdk": None,
    "golang:${VERSION}": None,
    "golang@sha256:abc": None,
    "example.com/golang:1.26": None,
    "scratch": None,
}


@pytest.mark.parametrize("image", SHELLS)
def test_the_shell_of_an_image(image: str) -> None:
    for text in (f"FROM {image}\n", f"FROM {image} AS a\nFROM a\n"):
        assert posix_shell(read(text).stages[-1]) == SHELLS[image]


@pytest.mark.parametrize("line", ["RUN ln -sf /bin/bash /bin/sh", "RUN dpkg-reconfigure -p critical dash"])
def test_another_shell_in_its_place(line: str) -> None:
    assert posix_shell(read(f"FROM debian:13\n{line}\n").stages[0]) is None


def codes(text: str, profile: Profile = Profile.DEFAULT) -> set[str]:
    found = lint_text(text, Settings(profile=profile))
    return {one.rule.code for one in found if one.rule.code.startswith("SC")}


@pytest.mark.parametrize(
    ("image", "found"),
    [("fedora:42", set()), ("debian:13", {"SC3010"}), ("alpine:3.23", set()), ("example.com/app:1", set())],
)
@pytest.mark.parametrize(
    "layout",
    ["RUN [[ -e /x ]] || exit 1", "RUN <<EOF\n[[ -e /x ]] || exit 1\nEOF", "RUN sh <<EOF\n[[ -e /x ]]\nEOF"],
)
def test_what_the_shell_knows(image: str, found: set[str], layout: str) -> None:
    assert codes(f"FROM {image}\n{layout}\n") == found
    if "<<" not in layout:
        assert codes(f"FROM {image}\n{layout}\n", Profile.HADOLINT) == {"SC3010"}


def test_the_shell_that_is_named_counts() -> None:
    assert codes('FROM fedora:42\nSHELL ["/bin/dash", "-c"]\nRUN [[ -e /x ]] || exit 1\n') == {"SC3010"}
    assert codes('FROM debian:13\nSHELL ["/bin/bash", "-c"]\nRUN [[ -e /x ]] || exit 1\n') == set()


DOUBTFUL = ["make -j$(nproc)", "x=$(id) && echo $x", "echo 'PS1=$x' > /x", "echo `id`"]


@pytest.mark.parametrize("script", DOUBTFUL)
def test_what_is_doubtful_is_not_said_by_default(script: str) -> None:
    text = f"FROM fedora:42\nRUN {script}\n"
    assert not codes(text)
    assert codes(text, Profile.STRICT)
    assert codes(text, Profile.HADOLINT)
