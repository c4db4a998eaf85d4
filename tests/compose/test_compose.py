"""A sample, its Dockerfile written and built by gendock, started by docker compose and asked over HTTP."""

from __future__ import annotations

import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
from pytest_docker.plugin import Services

from gendock.engine.connection import Engine
from tests.images import TEST_IMAGE

pytestmark = pytest.mark.engine


class Ran(Protocol):
    """How a command ended."""

    status: int
    out: str
    err: str


@pytest.fixture(scope="session")
def docker_compose_command() -> str:
    """The docker compose that is installed with the development tools."""
    return str(Path(sys.executable).with_name("docker-compose"))


@pytest.fixture(scope="session")
def docker_compose_file(
    engine: Engine, gendock: Callable[..., Ran], sample: Callable[[str], Path]
) -> Iterator[str]:
    """The compose file, once its image is built."""
    del engine
    name = f"{TEST_IMAGE}compose"
    ran = gendock("build", sample("chi-orders"), "--tag", name)
    assert ran.status == 0, ran.err
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENDOCK_TEST_IMAGE", name)
        yield str(Path(__file__).parent / "compose.yaml")


def test_the_service_answers(docker_ip: str, docker_services: Services) -> None:
    url = f"http://{docker_ip}:{docker_services.port_for('orders', 8080)}/healthz"

    def answers() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    docker_services.wait_until_responsive(answers, timeout=30, pause=0.1)
    assert answers()
