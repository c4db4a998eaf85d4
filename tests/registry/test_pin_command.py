"""`gendock pin` through the installed console script, against a real registry."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import gendock
from tests.docs.test_readme import shown
from tests.registry.distribution import Shelf, free_port

GENDOCK = Path(sys.executable).with_name("gendock")
OLD = "sha256:" + "0" * 64
SHORT = len("sha256:") + 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


def dockerfile(folder: Path, *lines: str) -> Path:
    path = folder / "Dockerfile"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_pinned_followed_and_set_free(shelf: Shelf, folder: Path) -> None:
    name = f"{shelf.host}/cycle:1"
    before = shelf.put_index("cycle", "1", "one")
    path = dockerfile(folder, f"FROM {name} AS build", "FROM scratch", "COPY --from=build /a /a")
    path.chmod(0o640)
    loose = path.read_text()

    unpinned = gendock("pin", "--check", cwd=folder)
    assert (unpinned.status, unpinned.err) == (1, "")
    assert unpinned.out == f"unpinned  Dockerfile:1  {name}  {before[:SHORT]}\n\n1 image: 1 unpinned\n"
    assert path.read_text() == loose

    done = gendock("pin", cwd=folder)
    assert (done.status, done.err) == (0, "")
    assert done.out == f"pinned    Dockerfile:1  {name}  {before[:SHORT]}\n\n1 image: 1 pinned\n"
    assert path.read_text() == loose.replace(name, f"{name}@{before}")
    assert path.stat().st_mode & 0o777 == 0o640

    for arguments in ([], ["--check"]):
        same = gendock("pin", *arguments, cwd=folder)
        assert (same.status, same.out, same.err) == (0, "1 image pinned, and up to date\n", "")

    after = shelf.put_index("cycle", "1", "two")
    moved = f"Dockerfile:1  {name}\n          {before[:SHORT]} -> {after[:SHORT]}\n\n1 image: 1"
    behind = gendock("pin", "--check", cwd=folder)
    assert (behind.status, behind.out) == (1, f"behind    {moved} behind\n")
    done = gendock("pin", cwd=folder)
    assert (done.status, done.out) == (0, f"updated   {moved} updated\n")
    assert path.read_text() == loose.replace(name, f"{name}@{after}")

    free = gendock("pin", "--unpin", cwd=folder)
    assert (free.status, free.out) == (0, f"loosened  Dockerfile:1  {name}\n\n1 image: 1 loosened\n")
    assert path.read_text() == loose


def test_a_diff_writes_nothing(shelf: Shelf, folder: Path) -> None:
    digest = shelf.put_image("shown", "latest", "one")
    path = dockerfile(folder, f"FROM {shelf.host}/shown")
    done = gendock("pin", "--diff", cwd=folder)
    assert done.status == 0
    assert done.out == (
        "--- Dockerfile\n+++ Dockerfile\n@@ -1 +1 @@\n"
        f"-FROM {shelf.host}/shown\n+FROM {shelf.host}/shown:latest@{digest}\n"
    )
    assert done.err.endswith("1 image: 1 unpinned\n")
    assert path.read_text() == f"FROM {shelf.host}/shown\n"


def test_data(shelf: Shelf, folder: Path) -> None:
    digest = shelf.put_image("data", "1", "one")
    name = f"{shelf.host}/data:1"
    dockerfile(folder, "ARG V=1", f"FROM {name}@{OLD}", f"FROM {shelf.host}/data:$V")
    done = gendock("pin", "--check", "--output-format", "json", cwd=folder)
    assert (done.status, done.err) == (1, "")
    assert json.loads(done.out) == {
        "files": [
            {
                "filename": "Dockerfile",
                "changed": True,
                "images": [
                    {
                        "instruction": "FROM",
                        "image": f"{name}@{OLD}",
                        "reference": f"{name}@{OLD}",
                        "location": {"row": 2, "column": 6},
                        "end_location": {"row": 2, "column": 6 + len(name) + 1 + len(OLD)},
                        "state": "behind",
                        "before": OLD,
                        "digest": digest,
                        "edited": True,
                        "message": "",
                    },
                    {
                        "instruction": "FROM",
                        "image": f"{shelf.host}/data:$V",
                        "reference": name,
                        "location": {"row": 3, "column": 6},
                        "end_location": {"row": 3, "column": 6 + len(name) + 1},
                        "state": "left",
                        "before": None,
                        "digest": digest,
                        "edited": False,
                        "message": (
                            "a digest here would win over every --build-arg V: "
                            "put the whole name into one ARG"
                        ),
                    },
                ],
            }
        ],
        "written": False,
    }


def test_what_cannot_be_pinned_is_said_and_fails(shelf: Shelf, folder: Path) -> None:
    digest = shelf.put_image("one", "1", "one")
    path = dockerfile(
        folder,
        "ARG V=1",
        f"FROM {shelf.host}/one:$V",
        f"FROM {shelf.host}/none:1",
        f"FROM {shelf.host}/one:1",
    )
    done = gendock("pin", cwd=folder)
    assert done.status == 1
    assert f"left      Dockerfile:2  {shelf.host}/one:$V = {shelf.host}/one:1\n" in done.out
    assert f"missing   Dockerfile:3  {shelf.host}/none:1\n" in done.out
    assert done.out.endswith("\n3 images: 1 left, 1 missing, 1 pinned\n")
    assert path.read_text().splitlines()[3] == f"FROM {shelf.host}/one:1@{digest}"


def test_a_registry_that_is_not_in_reach(shelf: Shelf, folder: Path) -> None:
    digest = shelf.put_image("one", "1", "one")
    dead = f"127.0.0.1:{free_port()}"
    path = dockerfile(folder, f"FROM {dead}/app:1@{OLD}", f"FROM {shelf.host}/one:1@{digest}")
    before = path.read_text()
    for arguments in ([], ["--check"]):
        done = gendock("pin", *arguments, cwd=folder)
        assert (done.status, done.err) == (3, "")
        assert " ".join(done.out.split()) == (  # where lines break depends on the port
            f"unknown Dockerfile:1 {dead}/app:1 the registry {dead} is not in reach (Connection refused): "
            "see the network and the host's name 2 images: 1 unknown, 1 current"
        )
    assert path.read_text() == before
    # That there is no digest is sure, whatever the registry would say.
    dockerfile(folder, f"FROM {dead}/app:1")
    assert (gendock("pin", cwd=folder).status, gendock("pin", "--check", cwd=folder).status) == (3, 1)


def test_plain_http_by_name(shelf: Shelf, folder: Path) -> None:
    digest = shelf.put_image("plain", "1", "one")
    host = f"127.1:{shelf.host.partition(':')[2]}"
    path = dockerfile(folder, f"FROM {host}/plain:1")
    refused = gendock("pin", cwd=folder)
    assert refused.status == 3
    assert f"--insecure-registry {host}" in refused.out
    assert gendock("pin", "--insecure-registry", host, cwd=folder).status == 0
    assert path.read_text() == f"FROM {host}/plain:1@{digest}\n"


def test_folders_files_and_bytes(shelf: Shelf, folder: Path) -> None:
    digest = shelf.put_image("many", "1", "one")
    line = f"FROM {shelf.host}/many:1"
    (folder / "gendock.toml").write_text('[lint]\nexclude = ["testdata"]\n')
    paths = [
        folder / name for name in ("Dockerfile", "deep/api.Dockerfile", "notes.txt", "testdata/Dockerfile")
    ]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(f"{line}\r\nRUN echo ".encode() + b"\xff\x00 \t")
    assert gendock("pin", ".", cwd=folder).status == 0
    pinned = f"{line}@{digest}\r\nRUN echo ".encode() + b"\xff\x00 \t"
    assert [path.read_bytes() == pinned for path in paths] == [True, True, False, False]
    assert gendock("pin", "notes.txt", cwd=folder).status == 0
    assert paths[2].read_bytes() == pinned


MISTAKES = {
    "two answers": (["--unpin", "--check"], "--unpin and --check are two answers: ask for one"),
    "no such file": (["nowhere"], "cannot read nowhere: No such file or directory"),
    "no host": (
        ["--insecure-registry", "http://a/"],
        "--insecure-registry 'http://a/' is no host: write one such as registry.example:5000",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_in_the_call(folder: Path, case: str) -> None:
    arguments, sentence = MISTAKES[case]
    dockerfile(folder, "FROM scratch")
    done = gendock("pin", *arguments, cwd=folder)
    assert (done.status, done.out, done.err) == (2, "", f"gendock: {sentence}\n")


def test_nothing_to_pin(folder: Path) -> None:
    done = gendock("pin", cwd=folder)
    assert (done.status, done.out, done.err) == (0, "", "no Dockerfile in .\n")
    dockerfile(folder, "FROM scratch")
    done = gendock("pin", "--check", cwd=folder)
    assert (done.status, done.out, done.err) == (0, "no image to pin\n", "")


def test_nothing_of_a_file_steers_the_terminal(folder: Path) -> None:
    dockerfile(folder, "FROM \x1b]0;title\x07evil:\u202e1", "FROM $\x1b[2J")
    done = gendock("pin", cwd=folder)
    assert done.status == 1
    assert done.out.isprintable() or not set("\x1b\x07\u202e") & set(done.out)
    assert "\\e]0;title\\x07evil:\\u202e1" in done.out


def test_an_interrupt_ends_the_waiting_at_once(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        path = dockerfile(folder, f"FROM 127.0.0.1:{silent.getsockname()[1]}/app:1")
        process = subprocess.Popen(
            [GENDOCK, "pin"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ)
        )
        connection, _ = silent.accept()
        with connection:
            connection.recv(1)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=5)
    assert (process.returncode, out.decode(), err.decode()) == (130, "", "gendock: interrupted\n")
    assert path.read_text().endswith("/app:1\n")


def test_a_file_that_changes_meanwhile_is_left_alone(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as registry:
        path = dockerfile(folder, f"FROM 127.0.0.1:{registry.getsockname()[1]}/app:1")
        process = subprocess.Popen([GENDOCK, "pin"], cwd=folder, stderr=subprocess.PIPE)
        body = b'{"schemaVersion": 2}'
        for sent in (b"", body):
            connection, _ = registry.accept()
            with connection:
                connection.recv(4096)
                path.write_text("FROM scratch\n")
                connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), sent))
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err.decode()) == (
        2,
        "gendock: Dockerfile was changed meanwhile, and is left as it is: run gendock pin again\n",
    )
    assert path.read_text() == "FROM scratch\n"


def test_the_readme_shows_what_it_prints(shelf: Shelf, folder: Path) -> None:
    host = f"localhost:{shelf.host.partition(':')[2]}"
    go, static = f"{host}/golang:1.26-bookworm", f"{host}/distroless/static-debian12:nonroot"
    shelf.put_index("golang", "1.26-bookworm", "one")
    shelf.put_index("distroless/static-debian12", "nonroot", "static")
    dockerfile(folder, f"FROM {go} AS build", f"FROM {static}", "COPY --from=build /a /a")
    printed = gendock("pin", cwd=folder).out.replace(host, "localhost:5000")
    # Word by word: where lines break depends on the port.
    assert printed.split() == shown("gendock pin").split()
    shelf.put_index("golang", "1.26-bookworm", "two")
    behind = gendock("pin", "--check", cwd=folder)
    assert behind.out.replace(host, "localhost:5000").split() == shown("gendock pin --check").split()
