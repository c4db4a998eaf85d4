"""Where the engine is looked for, and which client builds."""

from __future__ import annotations

import hashlib
import json
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from gendock.engine import connection
from gendock.engine.builders import Kind, Surroundings, find_builder
from gendock.engine.connection import DEFAULT_URL, Address, connect, find_address
from gendock.errors import EngineUnavailableError


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder without a Docker configuration."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".docker").mkdir()
    return tmp_path


def add_context(home: Path, name: str, url: str) -> None:
    folder = home / ".docker" / "contexts" / "meta" / hashlib.sha256(name.encode()).hexdigest()
    folder.mkdir(parents=True)
    endpoints = {"docker": {"Host": url, "SkipTLSVerify": False}}
    (folder / "meta.json").write_text(json.dumps({"Name": name, "Metadata": {}, "Endpoints": endpoints}))


@pytest.mark.usefixtures("home")
def test_the_default_socket_without_any_configuration() -> None:
    assert find_address({}) == Address(DEFAULT_URL, "DOCKER_HOST is not set")


@pytest.mark.usefixtures("home")
def test_docker_host_comes_first() -> None:
    found = find_address({"DOCKER_HOST": "tcp://127.0.0.1:2375", "DOCKER_CONTEXT": "team"})
    assert (found.url, found.because) == ("tcp://127.0.0.1:2375", "from DOCKER_HOST")


def test_contexts_as_the_docker_command_reads_them(home: Path) -> None:
    add_context(home, "team", "tcp://192.0.2.7:2376")
    add_context(home, "rootless", "unix:///run/user/1000/docker.sock")
    (home / ".docker" / "config.json").write_text('{"currentContext": "rootless"}')
    assert find_address({}).url == "unix:///run/user/1000/docker.sock"
    found = find_address({"DOCKER_CONTEXT": "team"})
    assert (found.url, found.because) == ("tcp://192.0.2.7:2376", "from the Docker context team")


@pytest.mark.usefixtures("home")
def test_a_context_that_does_not_exist() -> None:
    with pytest.raises(EngineUnavailableError, match="the Docker context nowhere does not exist"):
        find_address({"DOCKER_CONTEXT": "nowhere"})


def test_sockets_of_others_where_docker_has_none(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "DEFAULT_SOCKET", tmp_path / "none")
    monkeypatch.setattr(connection, "PODMAN_SOCKET", tmp_path / "system.sock")
    runtime = {"XDG_RUNTIME_DIR": str(tmp_path / "runtime")}
    places = {
        tmp_path / "system.sock": "Podman's socket",
        tmp_path / "runtime" / "podman" / "podman.sock": "Podman's socket",
        tmp_path / "runtime" / "docker.sock": "the socket of rootless Docker",
        home / ".docker" / "run" / "docker.sock": "Docker Desktop's socket",
    }
    assert find_address(runtime).url == DEFAULT_URL
    with ExitStack() as stack:
        # Each comes before those that were found until then.
        for path, because in places.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            listener = stack.enter_context(socket.socket(socket.AF_UNIX))
            listener.bind(str(path))
            found = find_address(runtime)
            assert found == Address(f"unix://{path}", because)
            assert found.environment == {"DOCKER_HOST": f"unix://{path}"}


@pytest.mark.usefixtures("home")
def test_an_address_where_nothing_answers(tmp_path: Path) -> None:
    url = f"unix://{tmp_path}/docker.sock"
    with pytest.raises(EngineUnavailableError) as caught:
        connect(Address(url, "DOCKER_HOST is not set"))
    assert str(caught.value) == (
        f"no Docker engine answers at {url} (DOCKER_HOST is not set). Start Docker, or: scripts/engine up"
    )


@pytest.mark.usefixtures("home")
def test_the_private_engine_is_offered_where_its_script_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> str:
        with pytest.raises(EngineUnavailableError) as caught:
            connect(Address("unix:///nowhere", "from DOCKER_HOST"))
        return str(caught.value).partition("). ")[2]

    script = Path(connection.__file__).parents[2] / "scripts" / "engine"
    monkeypatch.chdir(tmp_path)
    assert said() == f"Start Docker, or: {script} up"
    monkeypatch.setattr(connection, "__file__", str(tmp_path / "site-packages/gendock/engine/connection.py"))
    assert said() == "Start Docker"


@pytest.mark.parametrize("url", ["nonsense", "tcp://127.0.0.1:1", "unix:///", "gopher://example.com"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(EngineUnavailableError):
        connect(Address(url, "from DOCKER_HOST"))


def test_something_that_is_no_engine(tmp_path: Path) -> None:
    path = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        listener.close()
    with pytest.raises(EngineUnavailableError, match="no Docker engine answers"):
        connect(Address(f"unix://{path}", "from DOCKER_HOST"))


def client(folder: Path, version: str, *, buildx: bool = False) -> str:
    """Write a client that says what real ones of that version say; the folder, for PATH."""
    folder.mkdir()
    plugin = 'echo "github.com/docker/buildx v0.19.3 48d6a39"' if buildx else "exit 1"
    path = folder / "docker"
    path.write_text(
        f'#!/bin/sh\ncase "$1" in --version) echo "{version}";; buildx) {plugin};; *) exit 1;; esac\n'
    )
    path.chmod(0o755)
    return str(folder)


NEW = "Docker version 28.2.2, build e6534b4"
OLD = "Docker version 20.10.24+dfsg1, build 297e128"
ANCIENT = "Docker version 17.03.2-ce, build f5ec1e2"
PODMAN = "podman version 4.3.1"


def test_buildx_is_taken_where_it_is(tmp_path: Path) -> None:
    found = find_builder(Surroundings(client(tmp_path / "a", NEW, buildx=True)))
    assert (found.kind, found.command[1:]) == (Kind.BUILDX, ("buildx",))
    assert (found.name, found.version) == ("buildx v0.19.3", (0, 19, 3))


def test_an_older_client_has_buildkit_of_its_own(tmp_path: Path) -> None:
    found = find_builder(Surroundings(client(tmp_path / "a", OLD)))
    assert (found.kind, found.command[1:]) == (Kind.DOCKER, ("build",))
    assert found.environment == {"DOCKER_BUILDKIT": "1"}
    assert found.name == "docker 20.10.24"


def test_a_client_that_cannot_build_is_passed_over(tmp_path: Path) -> None:
    folders = [
        client(tmp_path / "a", NEW),
        client(tmp_path / "b", PODMAN),
        client(tmp_path / "c", ANCIENT),
        client(tmp_path / "d", OLD),
    ]
    assert find_builder(Surroundings(":".join(folders))).command[0] == f"{tmp_path}/d/docker"


def test_no_client_that_can_build(tmp_path: Path) -> None:
    with pytest.raises(
        EngineUnavailableError, match=r"docker \(28\.2\.2\) has no buildx\. Install its plugin"
    ):
        find_builder(Surroundings(client(tmp_path / "a", NEW)))
    with pytest.raises(EngineUnavailableError, match="no docker client on PATH"):
        find_builder(Surroundings(str(tmp_path / "nothing")))
