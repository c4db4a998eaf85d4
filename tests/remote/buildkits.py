"""Real BuildKit daemons and the builders that buildx makes of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.conftest import GENDOCK, ROOT, Ran
from tests.registry.distribution import INDEX, MANIFEST, find_program, serving

SCRIPT = ROOT / "scripts" / "engine"
ONE, TWO, PAIR = "one", "two", "pair"
BASES = {
    "gcr.io/distroless/static-debian12:nonroot": "distroless/static-debian12:nonroot",
    "debian:bookworm-slim": "library/debian:bookworm-slim",
}
SCANNER = "docker/buildkit-syft-scanner:stable-1"
_UP_WITHIN = 30.0
_DOWN_WITHIN = 2.0


class NoBuildKitError(Exception):
    """BuildKit cannot be had, or not be run here; the text says why."""


@dataclass(frozen=True)
class Remote:
    """A registry with base images, two BuildKits, and the builders `one`, `two` and `pair`.

    `pair` is both as one builder: the first for linux/amd64, the second for linux/arm64.
    """

    registry: str
    environment: dict[str, str]

    def gendock(self, *words: str | Path, cwd: Path = ROOT, **changes: str) -> Ran:
        """Run the installed console script with these builders."""
        done = subprocess.run(
            [GENDOCK, *words],
            cwd=cwd,
            capture_output=True,
            check=False,
            env={**os.environ, **self.environment, **changes},
            timeout=300,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def json(self, *words: str | Path, cwd: Path = ROOT, status: int = 0, **changes: str) -> dict[str, Any]:
        """Run it for a program, and return its answer."""
        ran = self.gendock(*words, "--output-format", "json", cwd=cwd, **changes)
        assert ran.status == status, ran.err
        read: dict[str, Any] = json.loads(ran.out)
        return read

    def docker(self, *words: str) -> str:
        """Run the docker client with these builders."""
        return _docker(self.environment, *words)

    def built_by(self, builder: str, marker: str) -> bool:
        """Whether a BuildKit has run a step whose text holds a marker."""
        return marker in self.docker("buildx", "du", "--verbose", "--builder", builder)

    def manifest(self, name: str, reference: str) -> dict[str, Any]:
        """Return a manifest or an index as the registry has it."""
        answer = requests.get(
            f"http://{self.registry}/v2/{name}/manifests/{reference}",
            headers={"Accept": f"{INDEX}, {MANIFEST}"},
            timeout=10,
        )
        assert answer.status_code == 200, answer.text
        read: dict[str, Any] = answer.json()
        return read

    def blob(self, name: str, digest: str) -> bytes:
        """Return a blob."""
        answer = requests.get(f"http://{self.registry}/v2/{name}/blobs/{digest}", timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.content


def programs() -> Path:
    """Return the folder of `buildkitd` and `docker-buildx`.

    Raises:
        NoBuildKitError: they cannot be built, or BuildKit could not be run.
    """
    if os.geteuid() != 0 or not Path("/proc").is_dir() or not shutil.which("runc"):
        raise NoBuildKitError("a BuildKit of one's own needs root, Linux and runc")
    done = subprocess.run([SCRIPT, "buildkit"], capture_output=True, text=True, check=False, timeout=1800)
    if done.returncode:
        raise NoBuildKitError(done.stderr.strip().splitlines()[-1])
    return Path(done.stdout.strip())


@contextmanager
def remote(tools: Path, folder: Path) -> Iterator[Remote]:
    """Run a registry and two BuildKits for the length of a block."""
    plugins = folder / "docker" / "cli-plugins"
    plugins.mkdir(parents=True)
    (plugins / "docker-buildx").symlink_to(tools / "docker-buildx")
    environment = {
        "DOCKER_CONFIG": str(folder / "docker"),
        "BUILDX_CONFIG": str(folder / "buildx"),
    }
    images = folder / "registry"
    images.mkdir()
    with ExitStack() as stack:
        registry = stack.enter_context(serving(find_program(folder), images))
        sockets = [
            stack.enter_context(daemon(tools / "buildkitd", folder / name, registry))[0]
            for name in (ONE, TWO)
        ]
        create = ("buildx", "create", "--driver=remote")
        for name, socket in zip((ONE, TWO), sockets, strict=True):
            _docker(environment, *create, f"--name={name}", socket)
        _docker(environment, *create, f"--name={PAIR}", "--platform=linux/amd64", sockets[0])
        _docker(environment, *create, f"--name={PAIR}", "--append", "--platform=linux/arm64", sockets[1])
        here = Remote(registry, environment)
        _stock(here, folder)
        yield here


@contextmanager
def daemon(program: Path, folder: Path, registry: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run a BuildKit for the length of a block; its address, and its process."""
    folder.mkdir()
    socket = f"unix://{folder}/buildkitd.sock"
    settings = folder / "buildkitd.toml"
    settings.write_text(
        f'root = "{folder}/root"\n'
        f'[grpc]\n  address = ["{socket}"]\n'
        "[worker.oci]\n  enabled = true\n  gc = false\n"
        "[worker.containerd]\n  enabled = false\n"
        f'[registry."docker.io"]\n  mirrors = ["{registry}"]\n'
        f'[registry."gcr.io"]\n  mirrors = ["{registry}"]\n'
        f'[registry."{registry}"]\n  http = true\n'
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [program, f"--config={settings}"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            end = time.monotonic() + _UP_WITHIN
            while not (folder / "buildkitd.sock").exists():
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < end, (folder / "log").read_text()
                time.sleep(0.05)
            yield socket, process
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(_DOWN_WITHIN)
            process.kill()
            process.wait()
            _unmount_below(folder)


def _unmount_below(folder: Path) -> None:
    """Take away what a BuildKit that was killed in the middle of a step has mounted."""
    places = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for place in reversed([place for place in places if place.startswith(f"{folder}/")]):
        subprocess.run(["umount", "--lazy", place], check=False, capture_output=True)


def _stock(here: Remote, folder: Path) -> None:
    """Put the base images into the registry, and a scanner that finds one package in everything."""
    for name, as_ in BASES.items():
        there = f"{here.registry}/{as_}"
        here.docker("tag", name, there)
        here.docker("push", "--quiet", there)
        here.docker("rmi", there)
    scanner = folder / "scanner"
    scanner.mkdir()
    (scanner / "scan").write_text(
        "#!/bin/sh\n"
        'echo \'{"_type":"https://in-toto.io/Statement/v0.1",'
        '"predicateType":"https://spdx.dev/Document","predicate":{"name":"found-by-the-scanner"}}\' '
        '> "$BUILDKIT_SCAN_DESTINATION/found.spdx.json"\n'
    )
    (scanner / "Dockerfile").write_text(
        'FROM debian:bookworm-slim\nCOPY --chmod=0755 scan /scan\nENTRYPOINT ["/scan"]\n'
    )
    name = f"{here.registry}/{SCANNER}"
    here.docker("buildx", "build", "--builder=one", "--push", f"--tag={name}", str(scanner))


def _docker(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        ["docker", *words],
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, **environment},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
