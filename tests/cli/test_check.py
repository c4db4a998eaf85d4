"""`gendock check` through the installed console script, on samples that `gendock init` wrote for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from gendock.engine.connection import Engine
from tests.images import TEST_IMAGE

pytestmark = pytest.mark.engine
IMAGE = f"{TEST_IMAGE}check"


class Ran(Protocol):
    """How a command ended."""

    status: int
    out: str
    err: str


Command = Callable[..., Ran]
Sample = Callable[[str], Path]


def without_numbers(text: str) -> str:
    text = re.sub(r"\d+\.\d s\b", "N s", re.sub(r"\d+ ms", "N ms", text))
    text = re.sub(r"\d+ of \d+ steps? cached|\d+ steps?", "N steps", text)
    return re.sub(r" +", " ", re.sub(r"\d+\.\d (MB|of)", r"N \1", text))


def test_a_server_from_nothing_to_the_verdict(gendock: Command, sample: Sample) -> None:
    ran = gendock("check", "--tag", f"{TEST_IMAGE}chi:1", cwd=sample("chi-orders"))
    assert ran.status == 0, ran.out + ran.err
    assert without_numbers(ran.out) == (
        "lint Dockerfile 0 findings N s\n"
        f"build {TEST_IMAGE}chi:1 N steps N MB N s\n"
        "static user 65532 · exec form · /usr/local/bin/server static N s\n"
        " runs on amd64 · exposes 8080 · without OCI labels\n"
        " N MB in 3 layers · 0 B wasted · accounts in order\n"
        " no shell, package manager, toolchain, source, .git, .env,\n"
        " private key, secret, setuid file or leftovers\n"
        "start ready: HEALTHCHECK healthy, GET /healthz 200 on :8080 N s\n"
        " listens on all addresses :8080\n"
        " stays up for 1 s\n"
        " runs as uid 65532\n"
        " process 1 is /usr/local/bin/server\n"
        " writes nothing outside /tmp\n"
        " no capabilities, read-only root\n"
        " N of 256 MB at rest\n"
        "stop SIGTERM, exit 0 after N ms N s\n"
        " starts again: ready after N s\n"
        "\n"
        "works 30 checks in N s\n"
    ).replace("amd64", _architecture())
    assert all(len(line) <= 80 for line in ran.out.splitlines())


def _architecture() -> str:
    import platform

    return {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())


def test_a_command_is_recognised_by_its_source(gendock: Command, sample: Sample) -> None:
    ran = gendock("check", sample("wordcount"), "--tag", f"{IMAGE}-wordcount", "--output-format", "json")
    assert ran.status == 0, ran.out + ran.err
    data = json.loads(ran.out)
    assert (data["verdict"], data["exit_code"]) == ("works", 0)
    assert data["lint"] == {"passed": True, "findings": []}
    assert data["build"]["passed"]
    assert data["smoke"]["kind"] == "cli"
    assert "help" in {check["id"] for check in data["smoke"]["checks"]}


def test_a_finding_fails_and_the_rest_is_still_shown(
    gendock: Command, sample: Sample, tmp_path: Path
) -> None:
    text = (sample("hello-http") / "Dockerfile").read_text()
    worse = tmp_path / "Dockerfile"
    worse.write_text(text + "STOPSIGNAL SIGTERM\nSTOPSIGNAL SIGTERM\nWORKDIR here\n")
    ran = gendock("check", sample("hello-http"), "-f", worse, "--tag", f"{IMAGE}-worse")
    assert ran.status == 1
    assert "DL3000" in ran.out
    assert "stop    SIGTERM" in ran.out
    assert re.search(r"^fails   1 of 30 checks failed in \d+\.\d s: lint$", ran.out, re.MULTILINE), ran.out
    (tmp_path / "gendock.toml").write_text('lint.fail-level = "none"\n')
    ran = gendock("check", sample("hello-http"), "-f", worse, "--tag", f"{IMAGE}-worse")
    assert ran.status == 0
    assert "DL3000" in ran.out


def test_a_failed_build_ends_it(gendock: Command, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(
        'FROM gcr.io/distroless/static-debian12:nonroot\nCOPY absent /\nUSER 65532:65532\nCMD ["/absent"]\n'
    )
    ran = gendock("check", tmp_path, "--output-format", "json")
    assert ran.status == 4
    data = json.loads(ran.out)
    assert (data["verdict"], data["exit_code"], data["smoke"]) == ("fails", 4, None)
    assert data["build"]["failure"]["row"] == 2
    assert ran.err.startswith("gendock: the build failed at ")


def test_a_failed_check_keeps_no_image(gendock: Command, sample: Sample, engine: Engine) -> None:
    name = f"{IMAGE}-failed:1"
    ran = gendock(
        "check", sample("hello-http"), "--tag", name, "--health", "/nothing", "--ready-timeout", "1"
    )
    assert ran.status == 1
    assert not engine.client.images.list(name=name)


def test_the_second_check_takes_every_step_from_the_cache(gendock: Command, sample: Sample) -> None:
    words = ("check", sample("hello-http"), "--tag", f"{IMAGE}-warm", "--output-format", "json")
    first = json.loads(gendock(*words).out)
    second = json.loads(gendock(*words).out)
    assert second["build"]["cached"] == second["build"]["steps"] > 0
    assert second["build"]["image_id"] == first["build"]["image_id"]


def test_no_engine_after_the_lint(gendock: Command, sample: Sample, tmp_path: Path) -> None:
    ran = gendock("check", sample("hello-http"), DOCKER_HOST=f"unix://{tmp_path}/none")
    assert ran.status == 3
    assert ran.out.startswith("lint    ")
    assert ran.err.startswith("gendock: no Docker engine answers at ")


def test_a_file_that_the_image_lacks_is_traced_to_the_source(
    gendock: Command, sample: Sample, tmp_path: Path
) -> None:
    folder = sample("files-at-run-time")
    lines = (folder / "Dockerfile").read_text().splitlines(keepends=True)
    poorer = tmp_path / "Dockerfile"
    poorer.write_text("".join(line for line in lines if not line.startswith("COPY templates")))
    ran = gendock("check", folder, "-f", poorer, "--tag", f"{IMAGE}-poorer", "--output-format", "json")
    assert ran.status == 1
    diagnosis = json.loads(ran.out)["smoke"]["failure"]["diagnosis"]
    assert diagnosis["id"] == "missing-file"
    assert re.fullmatch(r"main\.go:\d+", diagnosis["place"])
    assert "templates/index.html" in diagnosis["evidence"]
