"""`gendock build` through the installed console script."""

from __future__ import annotations

import json
import re
import socket
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
PROGRAMS = Path(__file__).parent.parent / "engine" / "programs"
IMAGE = f"{TEST_IMAGE}build"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that builds in a second, without a compiler."""
    folder = tmp_path / "Orders API"
    folder.mkdir()
    (folder / "notes").write_text(f"{tmp_path}\n")  # no other test builds the same image
    (folder / "Dockerfile").write_text(
        "FROM gcr.io/distroless/static-debian12:nonroot\n"
        "ARG NOTE=none\n"
        "LABEL note=$NOTE\n"
        "COPY notes /notes\n"
        "USER 65532:65532\n"
        'ENTRYPOINT ["/notes"]\n'
    )
    return folder


@pytest.mark.engine
def test_an_image_is_built_and_named_after_its_folder(gendock: Command, folder: Path, engine: Engine) -> None:
    ran = gendock("build", folder)
    assert ran.status == 0
    found = re.fullmatch(r"build   (orders-api:gendock-[0-9a-f]{4})   .*1 step.* [kM]B +\d+\.\d s\n", ran.out)
    assert found, ran.out
    labels = engine.client.images.get(found[1]).labels
    engine.client.images.remove(found[1])
    assert (labels["dev.gendock"], labels["note"]) == ("1", "none")


@pytest.mark.engine
def test_the_name_comes_from_the_module_and_stays_the_same(
    gendock: Command, folder: Path, engine: Engine
) -> None:
    (folder / "go.mod").write_text("module example.com/team/orders/v2\n\ngo 1.25\n")
    first = json.loads(gendock("build", folder, "--output-format", "json").out)
    assert first["image"].startswith("orders:gendock-")
    again = json.loads(gendock("build", folder, "--output-format", "json").out)
    assert (again["image"], again["image_id"]) == (first["image"], first["image_id"])
    assert (again["steps"], again["cached"], again["passed"]) == (1, 1, True)
    (folder / "notes").write_text("two\n")
    changed = json.loads(gendock("build", folder, "--output-format", "json").out)
    assert changed["image"] == first["image"]
    assert changed["image_id"] != first["image_id"]
    # The image that had the name before would have none now: it is gone.
    assert first["image_id"] not in {image.id for image in engine.client.images.list(all=True)}
    engine.client.images.remove(first["image"])


@pytest.mark.engine
def test_options_reach_the_build(gendock: Command, folder: Path, engine: Engine) -> None:
    (folder / "Dockerfile").rename(folder / "other.Dockerfile")
    ran = gendock(
        "build", folder, "-f", folder / "other.Dockerfile", "--tag", IMAGE, "--build-arg", "NOTE=two words"
    )
    assert ran.status == 0, ran.err
    assert engine.client.images.get(IMAGE).labels["note"] == "two words"


@pytest.mark.engine
def test_a_dockerfile_may_be_named_itself(gendock: Command, folder: Path) -> None:
    assert gendock("build", "Dockerfile", "--tag", IMAGE, cwd=folder).status == 0


@pytest.mark.engine
def test_a_failing_step_is_shown_with_its_log_and_line(gendock: Command, engine: Engine) -> None:
    ran = gendock("build", PROGRAMS, "--target", "failing", "--tag", f"{IMAGE}-failing")
    assert (ran.status, ran.out) == (4, "")
    assert "no/such/package" in ran.err
    place = (
        r"Dockerfile:\d+\n +\|\n\d+ \| RUN go vet \\\n +\| \^+\n\d+ \|     \./no/such/package\n +\| +\^+\n"
        r" += exit code \d+\n"
    )
    assert re.search(place, ran.err), ran.err
    assert re.fullmatch(
        r"gendock: the build failed at .*Dockerfile:\d+: exit code \d+", ran.err.splitlines()[-1]
    )
    assert not engine.client.images.list(name=f"{IMAGE}-failing")


@pytest.mark.engine
def test_a_failed_build_as_json(gendock: Command, folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM gcr.io/distroless/static-debian12:nonroot\n\nCOPY absent /\n")
    ran = gendock("build", folder, "--output-format", "json")
    assert ran.status == 4
    failure = json.loads(ran.out)["failure"]
    assert (failure["row"], failure["line"]) == (3, "COPY absent /")
    assert "not found" in failure["message"]


@pytest.mark.engine
def test_a_dockerfile_that_is_none(gendock: Command, folder: Path) -> None:
    (folder / "Dockerfile").write_text("FRM debian\n")
    ran = gendock("build", folder)
    assert ran.status == 4
    assert ran.err.splitlines()[-1].endswith("Dockerfile:1: unknown instruction: FRM"), ran.err


@pytest.mark.engine
def test_a_build_has_a_deadline(gendock: Command) -> None:
    ran = gendock("build", PROGRAMS, "--target", "slow", "--tag", f"{IMAGE}-slow", "--timeout", "3")
    assert ran.status == 4
    assert ran.err.splitlines()[-1] == "gendock: the build took longer than 3 s (--timeout)"


@pytest.mark.engine
def test_hostile_output_cannot_steer_the_terminal(gendock: Command, folder: Path) -> None:
    (folder / "Dockerfile").write_text(
        "FROM golang:1.26-bookworm\nRUN printf '\\033]0;owned\\007\\033[2J' && exit 3\n"
    )
    ran = gendock("build", folder)
    assert ran.status == 4
    assert "\x1b" not in ran.err
    assert "\x07" not in ran.err
    assert "\\e]0;owned\\x07\\e[2J" in ran.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nowhere"], "nowhere is not there"),
        (["notes", "-f", "Dockerfile"], "notes is a file, and --file names another"),
        ([".", "-f", "Other"], "Other is not there. Write one: gendock init ."),
        ([".", "--tag", "Orders"], "'Orders' is no image name"),
        ([".", "--tag", "a:b:c"], "'a:b:c' is no image name"),
        ([".", "--tag", "-rf"], "'-rf' is no image name"),
        (["--target", "finl"], "--target finl: Dockerfile has no stage of that name; is final meant?"),
        (["--target", "x"], "--target x: Dockerfile has no stage of that name; it has final"),
        (["--target", "1"], "--target 1: Dockerfile has no stage of that name"),
        (["--platform", "linux/amd64,foo"], "--platform foo is no platform: one looks like linux/amd64"),
        (["--build-arg", "=x"], "--build-arg =x has no name: one looks like NAME=VALUE"),
        (["--secret", "token"], "--secret token is no secret: one looks like id=NAME,src=FILE"),
        (["--secret", "id=a,src=none"], "--secret id=a,src=none: none is not there, or is no file"),
        (["--ssh", "default"], "--ssh default: no agent runs, as SSH_AUTH_SOCK is not set"),
        (["--ssh", "default=none"], "--ssh default=none: none is not there"),
        (["--check", "--push"], "--check and --push cannot be combined: it builds nothing"),
    ],
)
def test_mistakes_in_the_call(gendock: Command, folder: Path, words: list[str], sentence: str) -> None:
    """They are told before an engine is looked for."""
    dockerfile = folder / "Dockerfile"
    dockerfile.write_text(dockerfile.read_text().replace(":nonroot", ":nonroot AS Final"))
    ran = gendock("build", *words, cwd=folder, DOCKER_HOST=f"unix://{folder}/none", SSH_AUTH_SOCK="")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"gendock: {sentence}")


def test_no_engine(gendock: Command, folder: Path) -> None:
    url = f"unix://{folder}/docker.sock"
    ran = gendock("build", folder, DOCKER_HOST=url)
    assert (ran.status, ran.out) == (3, "")
    assert ran.err == (
        f"gendock: no Docker engine answers at {url} (from DOCKER_HOST). "
        "Start Docker, or: scripts/engine up\n"
    )


@pytest.mark.engine
def test_no_client_that_can_build(gendock: Command, folder: Path, tmp_path: Path) -> None:
    ran = gendock("build", folder, PATH=str(tmp_path))
    assert (ran.status, ran.out) == (3, "")
    assert ran.err.startswith("gendock: no docker client on PATH, and building needs one. Install ")


@pytest.mark.engine
def test_secrets_agents_and_files_with_whatever_builds_here(gendock: Command, folder: Path) -> None:
    (folder / "Dockerfile").write_text(
        "FROM debian:bookworm-slim AS build\n"
        "RUN --mount=type=secret,id=token cp /run/secrets/token /token\n"
        'RUN --mount=type=ssh test -S "$SSH_AUTH_SOCK" && echo there > /agent\n'
        "FROM scratch\n"
        "COPY --from=build /token /agent /\n"
    )
    token, agent = folder / "a token", folder / "agent.sock"
    token.write_text("not in the image\n")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(agent))
        listener.listen()
        ran = gendock(
            "build", folder, "--no-cache", "--output", folder / "out",
            "--secret", f"id=token,src={token}", "--ssh", f"default={agent}",
        )  # fmt: skip
    assert ran.status == 0, ran.err
    assert (folder / "out" / "token").read_text() == "not in the image\n"
    assert (folder / "out" / "agent").read_text() == "there\n"
    assert re.search(rf"^wrote   {re.escape(str(folder))}/out$", ran.out, re.MULTILINE), ran.out
