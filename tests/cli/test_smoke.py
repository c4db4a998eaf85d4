"""`gendock smoke` through the installed console script."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from gendock.engine.connection import Engine
from tests.images import TEST_IMAGE


class Ran(Protocol):
    """How a command ended."""

    status: int
    out: str
    err: str


Command = Callable[..., Ran]
Program = Callable[[str], str]
PROGRAMS = Path(__file__).parent.parent / "engine" / "programs"


def without_times(text: str) -> str:
    text = re.sub(r" *\d+\.\d s$", " TIME", text, flags=re.MULTILINE)
    return re.sub(r"\d+ ms", "N ms", re.sub(r"\d\.\d (MB in|of)", r"N \1", text))


@pytest.mark.engine
def test_an_image_by_its_name(gendock: Command, program: Program) -> None:
    ran = gendock("smoke", "--image", program("worker"))
    assert (ran.status, ran.err) == (0, "")
    assert without_times(ran.out) == (
        "static  user 65532 · exec form · /worker static · runs on amd64 TIME\n"
        "        exposes no port · without OCI labels · N MB in 2 layers\n"
        "        0 B wasted · accounts in order\n"
        "        no shell, package manager, toolchain, source, .git, .env,\n"
        "        private key, secret, setuid file or leftovers\n"
        "start   stays up for 1 s TIME\n"
        "        runs as uid 65532\n"
        "        process 1 is /worker\n"
        "        writes nothing outside /tmp\n"
        "        no capabilities, read-only root\n"
        "        N of 256 MB at rest\n"
        "stop    SIGTERM, exit 0 after N ms TIME\n"
        "        starts again, and stays up\n"
        "\n"
        "works   27 checks in TIME\n"
    )
    assert all(len(line) <= 80 for line in ran.out.splitlines())


@pytest.mark.engine
def test_a_name_that_is_no_path_is_an_image(gendock: Command, program: Program, tmp_path: Path) -> None:
    assert gendock("smoke", program("tool"), cwd=tmp_path).status == 0
    ran = gendock("smoke", "gendock-test-not-there", cwd=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("gendock: gendock-test-not-there is neither a folder nor an image")


@pytest.mark.engine
def test_a_crash_is_explained_and_its_log_cannot_steer_the_terminal(
    gendock: Command, program: Program
) -> None:
    ran = gendock("smoke", "--image", program("crash"))
    assert (ran.status, ran.err) == (1, "")
    assert "start   FAIL  exited with code 2 after" in ran.out
    assert "\x1b" not in ran.out
    assert "  \\e]0;owned\\x07\\e[2J starting\n" in ran.out
    assert "  panic: open templates/index.html: no such file or directory\n" in ran.out
    assert "  because   the program reads a file at run time that the final stage does not\n" in ran.out
    assert "  mend      COPY it into the final stage, or embed it with //go:embed\n" in ran.out
    assert re.search(r"^fails   1 of 20 checks failed in \d+\.\d s: ready$", ran.out, re.MULTILINE)


@pytest.mark.engine
def test_json_has_the_same_facts(gendock: Command, program: Program) -> None:
    ran = gendock("smoke", "--image", program("crash"), "--output-format", "json")
    assert ran.status == 1
    data = json.loads(ran.out)
    assert data["build"] is None
    smoke = data["smoke"]
    assert (smoke["passed"], smoke["kind"], smoke["image"]) == (False, "server", f"{TEST_IMAGE}crash")
    assert {check["status"] for check in smoke["checks"]} == {"pass", "fail"}
    ready = next(check for check in smoke["checks"] if check["id"] == "ready")
    assert set(ready) == {"phase", "id", "title", "status", "milliseconds", "evidence"}
    assert smoke["failure"]["exit_code"] == 2
    assert smoke["failure"]["diagnosis"]["id"] == "missing-file"
    assert "\x1b" not in ran.out


@pytest.mark.engine
def test_options_reach_the_container(gendock: Command, program: Program) -> None:
    image = program("server")
    assert gendock("smoke", "--image", image, "--health", "/healthz", "--port", "8080").status == 0
    ran = gendock("smoke", "--image", image, "--port", "9999", "--ready-timeout", "1", "--skip", "memory")
    assert ran.status == 1
    assert "FAIL  nothing listens on :9999, but on [::]:8080 (reachable)" in ran.out
    assert "skip  its memory at rest is known: on request (memory)" in ran.out


@pytest.mark.engine
def test_a_folder_is_built_first_and_its_image_removed_on_request(
    gendock: Command, program: Program, engine: Engine
) -> None:
    program("worker")
    name = f"{TEST_IMAGE}removed:1"
    ran = gendock("smoke", PROGRAMS, "--target", "worker", "--tag", name, "--rm")
    assert ran.status == 0, ran.out
    assert ran.out.startswith(f"build   {name} ")
    assert not engine.client.images.list(name=name)


@pytest.mark.engine
def test_what_the_engine_does_not_accept(gendock: Command, program: Callable[[str], str]) -> None:
    ran = gendock("smoke", "--image", program("silent"), "--memory", "1k")
    assert ran.status == 2
    assert ran.err.startswith("gendock: the Docker engine does not accept this: ")
    assert "Minimum memory limit" in ran.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--image", "x", "--health", "healthz"], "--health healthz is no path: it begins with /"),
        (
            ["--image", "x", "--skip", "everything"],
            "--skip everything: there is no such check. There are user,",
        ),
        (["--image", "x", "--memory", "much"], "--memory much is not a size: one looks like 256m or 1g"),
        ([".", "--image", "x"], ". and --image x: name one of the two"),
        (["./nowhere"], "nowhere is not there"),
    ],
)
def test_mistakes_in_the_call(gendock: Command, tmp_path: Path, words: list[str], sentence: str) -> None:
    """They are told before an engine is looked for."""
    ran = gendock("smoke", *words, cwd=tmp_path, DOCKER_HOST=f"unix://{tmp_path}/none")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"gendock: {sentence}")


def test_no_engine(gendock: Command, tmp_path: Path) -> None:
    ran = gendock("smoke", "--image", "x", DOCKER_HOST=f"unix://{tmp_path}/none")
    assert (ran.status, ran.out) == (3, "")
    assert ran.err.startswith("gendock: no Docker engine answers at ")
