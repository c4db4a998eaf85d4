"""A real Podman through its socket: it builds what has no buildx to build it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from docker import DockerClient

from gendock.engine.connection import Engine
from tests.conftest import Ran
from tests.remote.buildkits import SCRIPT

pytestmark = pytest.mark.engine
_UP_WITHIN = 20.0


@dataclass(frozen=True)
class Podman:
    """A service of Podman's, as docker-py sees it, and its address."""

    client: DockerClient
    url: str


@pytest.fixture(scope="module")
def podman(engine: Engine) -> Iterator[Podman]:
    """A service of Podman's with one base image."""
    done = subprocess.run([SCRIPT, "podman"], capture_output=True, text=True, check=False, timeout=300)
    if done.returncode or os.geteuid() != 0:
        pytest.skip((done.stderr.strip() or "a service of Podman's own needs root").splitlines()[-1])
    program, folder = done.stdout.strip(), Path(tempfile.mkdtemp(prefix="gendock-podman-"))
    storage, settings = folder / "storage.conf", folder / "containers.conf"
    storage.write_text(
        f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/root"\nrunroot = "{folder}/run"\n'
    )
    # Where tests run there may be no cgroup to write to, and no network to make.
    settings.write_text(
        '[containers]\ndefault_ulimits = []\ncgroups = "disabled"\nnetns = "host"\n'
        '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
    )
    environment = {**os.environ, "CONTAINERS_STORAGE_CONF": str(storage), "CONTAINERS_CONF": str(settings)}
    socket = folder / "podman.sock"
    service = subprocess.Popen(
        [program, "system", "service", "--time=0", f"unix://{socket}"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + _UP_WITHIN
        while not socket.exists():
            assert service.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        with closing(DockerClient(base_url=f"unix://{socket}", timeout=60)) as client:
            saved = b"".join(engine.client.images.get("debian:bookworm-slim").save(named=True))
            (image,) = client.images.load(saved)
            image.tag("docker.io/library/debian", "bookworm-slim")
            yield Podman(client, f"unix://{socket}")
    finally:
        service.terminate()
        service.wait(20)
        for mounted in (folder / "root" / "overlay", folder / "root"):
            subprocess.run(["umount", "--lazy", mounted], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "notes").write_text(uuid.uuid4().hex)
    (tmp_path / "Dockerfile").write_text(
        "FROM debian:bookworm-slim AS build\n"
        "ARG NOTE=none\n"
        "COPY notes /notes\n"
        "RUN echo $NOTE > /out\n"
        "FROM build AS broken\n"
        "RUN echo trying; \\\n"
        "    make all\n"
        "FROM scratch AS final\n"
        "COPY --from=build /out /out\n"
        "USER 65532:65532\n"
    )
    return tmp_path


def test_it_builds_and_its_engine_has_the_image(
    podman: Podman, gendock: Callable[..., Ran], folder: Path
) -> None:
    words = ("build", folder, "--tag", "orders:1", "--build-arg", "NOTE=hello", "--output-format", "json")
    ran = gendock(*words, DOCKER_HOST=podman.url)
    assert ran.status == 0, ran.err
    built = json.loads(ran.out)
    assert (built["image"], built["cached"]) == ("orders:1", 0)
    assert built["builder"].startswith("podman ")
    image = podman.client.images.get("orders:1")
    assert (image.id, image.labels["dev.gendock"]) == (built["image_id"], "1")
    assert not [tag for one in podman.client.images.list() for tag in one.tags if "gendock-run-" in tag]
    again = json.loads(gendock(*words, DOCKER_HOST=podman.url).out)
    assert (again["image_id"], again["cached"]) == (built["image_id"], again["steps"])


def test_a_failing_step_has_its_log_its_line_and_its_cause(
    podman: Podman, gendock: Callable[..., Ran], folder: Path
) -> None:
    words = ("build", folder, "--target", "broken", "--output-format", "json")
    ran = gendock(*words, DOCKER_HOST=podman.url)
    assert ran.status == 4, ran.err
    failure = json.loads(ran.out)["failure"]
    assert (failure["message"], failure["row"]) == ("exit code 127", 6)
    # Podman reads the step's two streams side by side: their lines come in either order.
    assert set(failure["log"][:2]) == {"trying", "/bin/sh: 1: make: not found"}
    assert failure["cause"]["id"] == "command-not-found"


def test_a_file_that_is_not_there(podman: Podman, gendock: Callable[..., Ran], folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM debian:bookworm-slim\nCOPY absent /\n")
    ran = gendock("build", folder, "--output-format", "json", DOCKER_HOST=podman.url)
    failure = json.loads(ran.out)["failure"]
    assert (failure["row"], failure["cause"]["id"]) == (2, "copied-file")


def test_what_it_cannot_do(podman: Podman, gendock: Callable[..., Ran], folder: Path) -> None:
    ran = gendock("build", folder, "--platform", "linux/amd64,linux/arm64", DOCKER_HOST=podman.url)
    assert ran.status == 2
    assert ran.err.startswith("gendock: several platforms: podman "), ran.err
    assert ran.err.count("\n") == 1


def test_without_podman_the_sentence_says_what_to_install(
    podman: Podman, gendock: Callable[..., Ran], folder: Path, tmp_path: Path
) -> None:
    ran = gendock("build", folder, DOCKER_HOST=podman.url, PATH=str(tmp_path / "none"))
    assert ran.status == 3
    assert "is Podman's, and there is no podman on PATH to build with" in ran.err
