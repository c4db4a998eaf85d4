"""What is ended at any moment leaves nothing, or nothing that the next run does not take away."""

from __future__ import annotations

import signal
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from gendock.engine.connection import Engine
from tests.conftest import PROGRAMS, Ran
from tests.engine.killing import kill_at_random_moments, left_on_the_machine
from tests.images import TEST_IMAGE

pytestmark = pytest.mark.engine
Leftovers = Callable[[int], list[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose every build is a new image under the same name."""
    (tmp_path / "Dockerfile").write_text(
        "FROM debian:bookworm-slim AS build\n"
        "COPY notes /notes\n"
        "RUN sleep 0.5 && sha256sum /notes > /sum\n"
        "FROM scratch AS slow\n"
        "COPY --from=build /sum /sum\n"
        "FROM scratch AS quick\n"
        "COPY notes /notes\n"
    )
    (tmp_path / "notes").write_text("first\n")
    return tmp_path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_build_that_is_ended_at_any_moment(
    engine: Engine,
    gendock: Callable[..., Ran],
    folder: Path,
    leftovers: Leftovers,
    number: signal.Signals,
) -> None:
    name = f"{TEST_IMAGE}killed:1"
    words = ("build", folder, "--tag", name, "--target")

    def changed(_: int) -> tuple[str | Path, ...]:
        (folder / "notes").write_text(f"{uuid.uuid4()}\n")
        return (*words, "slow")

    began = time.monotonic()
    assert gendock(*changed(0)).status == 0
    pids = kill_at_random_moments(changed, number, within=time.monotonic() - began)
    if number == signal.SIGKILL:
        assert gendock(*words, "quick").status == 0
    assert left_on_the_machine(pids) == []
    assert [one for pid in pids for one in leftovers(pid)] == []
    assert engine.client.images.get(name).tags == [name]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_check_that_is_ended_at_any_moment(
    gendock: Callable[..., Ran],
    program: Callable[[str], str],
    leftovers: Leftovers,
    number: signal.Signals,
) -> None:
    """Lint, a build, a look at the files, a start and a stop, two at a time; the last of them clean up."""
    words = ("check", PROGRAMS, "--target", "server", "--tag", f"{TEST_IMAGE}killed-check")
    program("server")
    began = time.monotonic()
    assert gendock(*words).out.count("starts again") == 1
    pids = kill_at_random_moments(lambda _: words, number, within=time.monotonic() - began, at_once=2)
    if number == signal.SIGKILL:
        assert gendock("smoke", "--image", program("tool")).status == 0
    assert left_on_the_machine(pids) == []
    assert [one for pid in pids for one in leftovers(pid)] == []


def test_a_smoke_run_with_services_that_is_killed_at_any_moment(
    gendock: Callable[..., Ran],
    program: Callable[[str], str],
    leftovers: Leftovers,
    tmp_path: Path,
) -> None:
    file = tmp_path / "compose.yaml"
    services = (
        f"app: {{image: x, depends_on: [db]}}, db: {{image: {program('server')}, volumes: ['data:/data']}}"
    )
    file.write_text(f"services: {{{services}}}\nvolumes: {{data: {{}}}}\n")
    words = ("smoke", "--image", program("server"), "--compose", file, "--service", "app")
    began = time.monotonic()
    assert gendock(*words).status == 0
    pids = kill_at_random_moments(
        lambda _: words, signal.SIGKILL, within=time.monotonic() - began, moments=5, at_once=2
    )
    assert gendock("smoke", "--image", program("tool")).status == 0
    assert left_on_the_machine(pids) == []
    assert [one for pid in pids for one in leftovers(pid)] == []
