"""What `init --with compose` writes, brought up on the engine by docker compose and taken down again."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from gendock.engine.connection import Engine

ROOT = Path(__file__).parents[2]
COMPOSE = Path(sys.executable).with_name("docker-compose")
pytestmark = pytest.mark.engine

SERVICES = Path(__file__).parent / "services"
# Of this process alone: other runs may use the same engine, and tidy up while this one goes on.
PREFIX = f"gendock-compose-{os.getpid()}-"


@dataclass(frozen=True)
class Project:
    """A folder with a compose.yaml, under a name of its own."""

    folder: Path
    files: tuple[str, ...] = ("compose.yaml",)

    @property
    def name(self) -> str:
        return PREFIX + self.folder.name

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        named = [word for file in self.files for word in ("--file", file)]
        return subprocess.run(
            [COMPOSE, "--project-name", self.name, *named, *words],
            cwd=self.folder, check=False, capture_output=True, text=True, timeout=600,
        )  # fmt: skip

    def inspect(self, service: str) -> dict[str, object]:
        """What the engine knows of a service's container."""
        container = self.run("ps", "--quiet", service).stdout.strip()
        done = subprocess.run(["docker", "inspect", container], check=True, capture_output=True, text=True)
        found: dict[str, object] = json.loads(done.stdout)[0]
        return found


class Ran(Protocol):
    """How a command ended."""

    status: int
    err: str


@pytest.fixture(scope="module", autouse=True)
def _no_image_is_left(engine: Engine) -> Iterator[None]:
    yield
    for image in engine.client.images.list():
        for name in image.tags:
            if name.startswith(PREFIX):
                engine.client.images.remove(name, force=True)


@pytest.fixture
def composed(tmp_path: Path, gendock: Callable[..., Ran]) -> Iterator[Callable[..., Project]]:
    """Let init write a compose.yaml for a sample, on a free port, build the image it names, and clean up.

    gendock builds, as not every docker compose finds a BuildKit.
    """
    projects: list[Project] = []

    def make(sample: str, service: str, **images: str) -> Project:
        folder = tmp_path / sample
        shutil.copytree(ROOT / "samples" / sample, folder)
        written = gendock("init", folder, "--with", "compose")
        assert written.status == 0, written.err
        path = folder / "compose.yaml"
        # Any free port of 127.0.0.1: another run may hold the one of the source.
        path.write_text(re.sub(r"127\.0\.0\.1:\d+:", "127.0.0.1::", path.read_text()))
        (folder / "images.yaml").write_text(
            json.dumps({"services": {name: {"image": image} for name, image in images.items()}})
        )
        project = Project(folder, ("compose.yaml", "images.yaml") if images else ("compose.yaml",))
        projects.append(project)
        built = gendock("build", folder, "--tag", f"{project.name}-{service}")
        assert built.status == 0, built.err
        return project

    yield make
    for project in projects:
        project.run("down", "--volumes", "--remove-orphans")


def answer(project: Project, service: str, port: int, path: str) -> str:
    """Ask a service on 127.0.0.1."""
    address = project.run("port", service, str(port)).stdout.strip()
    assert address.startswith("127.0.0.1:"), address
    with urllib.request.urlopen(f"http://{address}{path}", timeout=5) as response:
        text: str = response.read().decode()
    return text


def up(project: Project) -> None:
    done = project.run("up", "--detach", "--wait", "--no-build")
    assert done.returncode == 0, done.stderr + project.run("logs").stdout


def test_a_server_answers_on_this_machine_alone(composed: Callable[..., Project]) -> None:
    project = composed("chi-orders", "server")
    up(project)
    assert "ok" in answer(project, "server", 8080, "/healthz")
    host = project.inspect("server")["HostConfig"]
    assert isinstance(host, dict)
    assert (host["ReadonlyRootfs"], host["CapDrop"], host["Memory"]) == (True, ["ALL"], 256 * 1024**2)
    assert (host["PidsLimit"], host["NanoCpus"]) == (128, 10**9)
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert host["RestartPolicy"]["Name"] == "unless-stopped"


def test_an_image_with_a_shell_is_asked_for_its_health(composed: Callable[..., Project]) -> None:
    project = composed("starts-programs", "starts-programs")
    up(project)
    state = project.inspect("starts-programs")["State"]
    assert isinstance(state, dict)
    assert state["Health"]["Status"] == "healthy"


def test_what_is_written_outlives_the_container(composed: Callable[..., Project]) -> None:
    project = composed("written-files", "written-files")
    up(project)
    assert answer(project, "written-files", 8080, "/").count("started") == 1
    assert project.run("rm", "--stop", "--force", "written-files").returncode == 0
    up(project)
    assert answer(project, "written-files", 8080, "/").count("started") == 2


@pytest.fixture(scope="module")
def servers(_no_image_is_left: None, gendock: Callable[..., Ran]) -> dict[str, str]:
    """Images of postgres and redis, where the official ones may not be in reach."""
    images = {name: PREFIX + name for name in ("postgres", "redis")}
    for name, image in images.items():
        built = gendock("build", SERVICES, "--target", name, "--tag", image)
        assert built.status == 0, built.err
    return images


def test_a_program_reaches_its_services_and_nobody_else_does(
    composed: Callable[..., Project], servers: dict[str, str]
) -> None:
    project = composed("with-services", "with-services", **servers)
    up(project)
    assert answer(project, "with-services", 8080, "/") == "redis: 1 visits\npostgres: 1 visits\n"
    health = {name: project.inspect(name)["State"] for name in servers}
    assert all(
        isinstance(state, dict) and state["Health"]["Status"] == "healthy" for state in health.values()
    )
    for name in servers:
        networks = project.inspect(name)["NetworkSettings"]
        assert isinstance(networks, dict)
        assert (list(networks["Networks"]), networks["Ports"] or {}) == ([f"{project.name}_data"], {})
    lost = project.run("exec", "postgres", "timeout", "3", "bash", "-c", "exec 3<>/dev/tcp/1.1.1.1/53")
    assert lost.returncode != 0
    refused = project.run(
        "exec", "--env", "PGPASSWORD=wrong", "postgres", "psql", "--host=postgres", "--username=app", "app"
    )
    assert "password authentication failed" in refused.stderr


def test_data_and_passwords_outlive_the_containers(
    composed: Callable[..., Project], servers: dict[str, str]
) -> None:
    project = composed("with-services", "with-services", **servers)
    up(project)
    answer(project, "with-services", 8080, "/")
    assert project.run("down").returncode == 0
    up(project)
    assert answer(project, "with-services", 8080, "/").endswith("postgres: 2 visits\n")
