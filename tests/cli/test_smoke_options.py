"""Every option of `gendock smoke` and `gendock check` through the installed console script."""

from __future__ import annotations

import io
import json
import re
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from junitparser import JUnitXml

from gendock.engine.connection import Engine
from tests.conftest import ROOT, Ran
from tests.engine.stored import configuration, docker_archive, elf, oci_layout, tar
from tests.images import TEST_IMAGE

Command = Callable[..., Ran]
Program = Callable[[str], str]
LAYERS = [tar(("app", elf(), 0o755)), tar(("data", b"\0" * 3_000_000, 0o644))]
GOOD = configuration({"Entrypoint": ["/app"], "User": "65532"}, 2)
SHOWN = (
    "static  user 65532 · exec form · /app static · runs on amd64 TIME\n"
    "        exposes no port · without OCI labels · 3.0 MB in 2 layers\n"
    "        0 B wasted · accounts in order\n"
    "        no shell, package manager, toolchain, source, .git, .env,\n"
    "        private key, secret, setuid file or leftovers\n"
    "\n"
    "works   19 checks in TIME\n"
)


def without_times(text: str) -> str:
    return re.sub(r" *\d+\.\d s$", " TIME", text, flags=re.MULTILINE)


@pytest.fixture
def nowhere(tmp_path: Path) -> dict[str, str]:
    """An environment in which no engine answers."""
    return {"DOCKER_HOST": f"unix://{tmp_path}/none"}


def test_an_archive_needs_no_engine(gendock: Command, tmp_path: Path, nowhere: dict[str, str]) -> None:
    archive = tmp_path / "orders.tar"
    archive.write_bytes(docker_archive(GOOD, LAYERS))
    ran = gendock("smoke", "orders.tar", cwd=tmp_path, **nowhere)
    assert (ran.status, ran.err, without_times(ran.out)) == (0, "", SHOWN)
    layout = oci_layout(tmp_path / "layout", {"linux/amd64": (GOOD, LAYERS)})
    ran = gendock("smoke", layout, **nowhere)
    assert (ran.status, ran.err, without_times(ran.out)) == (0, "", SHOWN)


def test_one_of_several_platforms_and_images(
    gendock: Command, tmp_path: Path, nowhere: dict[str, str]
) -> None:
    arm = configuration({"Entrypoint": ["/app"], "User": "65532"}, 2, architecture="arm64")
    layout = oci_layout(tmp_path / "layout", {"linux/riscv64": (GOOD, LAYERS), "linux/arm64": (arm, LAYERS)})
    ran = gendock("smoke", layout, "--platform", "linux/arm64", **nowhere)
    assert ran.status == 1
    assert "FAIL  a program for amd64 in an image for arm64 (platform)" in ran.out
    ran = gendock("smoke", layout, "--image", "orders", **nowhere)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("gendock: which of its images is meant? Name it with --image")


def test_the_size_that_an_image_may_have(gendock: Command, tmp_path: Path, nowhere: dict[str, str]) -> None:
    archive = tmp_path / "orders.tar"
    archive.write_bytes(docker_archive(GOOD, LAYERS))
    assert gendock("smoke", archive, "--max-size", "3.5MB", **nowhere).status == 0
    ran = gendock("smoke", archive, "--max-size", "2 MiB", **nowhere)
    assert ran.status == 1
    assert "3.0 MB in 2 layers, and --max-size is 2.1 MB; layer 2 has" in ran.out
    assert gendock("smoke", archive, "--max-size", "2MiB", "--skip", "size,waste", **nowhere).status == 0


def test_an_archive_that_is_damaged(gendock: Command, tmp_path: Path, nowhere: dict[str, str]) -> None:
    archive = tmp_path / "orders.tar"
    archive.write_bytes(docker_archive(GOOD, LAYERS)[:5000])
    ran = gendock("smoke", archive, **nowhere)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("gendock: the image's archive cannot be read: ")


def test_a_secret_and_a_label_are_judged_as_lint_does(
    gendock: Command, tmp_path: Path, nowhere: dict[str, str]
) -> None:
    token = "ghp_" + "a1B2c3D4e5" * 3 + "f6G7h8"
    config = configuration(
        {
            "Entrypoint": ["/app"],
            "User": "65532",
            "Env": [f"TOKEN={token}"],
            "Labels": {"org.opencontainers.image.licenses": "Apache 2.0"},
        },
        1,
    )
    archive = tmp_path / "orders.tar"
    archive.write_bytes(docker_archive(config, LAYERS[:1]))
    ran = gendock("smoke", archive, **nowhere)
    assert ran.status == 1
    assert "FAIL  a GitHub token in ENV TOKEN (no-secret)" in ran.out
    assert token not in ran.out
    assert "Apache 2.0 is not an SPDX licence" in " ".join(ran.out.split())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--image", "x", "--max-size", "small"], "--max-size small is not a size: one looks like 50MB"),
        (["--image", "x", "--env", "NAME"], "--env NAME is no variable with its value"),
        (["--image", "x", "--env", "=value"], "--env =value is no variable with its value"),
        (["--image", "x", "--expect-log", "("], "--expect-log ( is no regular expression: "),
        (["--image", "x", "--platform", "linux/arm64"], "--platform linux/arm64 chooses from an archive"),
        (
            ["--image", "x", "--output-format", "sarif=a", "--output-format", "json=a"],
            "only one format can go",
        ),
        (["--image", "x", "--output-format", "yaml"], "no output format is called 'yaml'"),
        (["--image", "x", "--compose", "none.yaml"], "none.yaml is not there"),
    ],
)
def test_mistakes_in_the_call(
    gendock: Command, tmp_path: Path, nowhere: dict[str, str], words: list[str], sentence: str
) -> None:
    ran = gendock("smoke", *words, cwd=tmp_path, **nowhere)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"gendock: {sentence}")


@pytest.mark.parametrize(
    ("words", "mixed"),
    [
        (["smoke", "--static-only", "--keep"], "--static-only and --keep"),
        (["smoke", "--static-only", "--memory", "1g"], "--static-only and --memory"),
        (["smoke", "--static-only", "--compose", "compose.yaml"], "--static-only and --compose"),
        (["smoke", "--keep", "--rm"], "--keep and --rm"),
        (["check", "--keep", "--rm"], "--keep and --rm"),
        (["check", "--kind", "cli", "--port", "80"], "--kind cli and --port"),
        (["smoke", "--kind", "worker", "--health", "/"], "--kind worker and --health"),
        (["smoke", "orders:1", "--tag", "orders:2"], "an image's name and --tag"),
        (["smoke", "--image", "orders:1", "--rm"], "an image's name and --rm"),
        (["smoke", "orders.tar", "--env", "A=b"], "an image's archive and --env"),
    ],
)
def test_what_does_not_go_together(
    gendock: Command, tmp_path: Path, nowhere: dict[str, str], words: list[str], mixed: str
) -> None:
    (tmp_path / "orders.tar").write_bytes(docker_archive(GOOD, LAYERS))
    ran = gendock(*words, cwd=tmp_path, **nowhere)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"gendock: {mixed} cannot be combined: ")


def test_what_holds_anyway_goes_with_everything(
    gendock: Command, tmp_path: Path, nowhere: dict[str, str]
) -> None:
    (tmp_path / "orders.tar").write_bytes(docker_archive(GOOD, LAYERS))
    assert (
        gendock("smoke", "orders.tar", "--static-only", "--memory", "256m", cwd=tmp_path, **nowhere).status
        == 0
    )


@pytest.mark.engine
def test_static_only_starts_nothing(gendock: Command, program: Program) -> None:
    ran = gendock("smoke", program("metrics"), "--static-only", "--output-format", "json")
    assert ran.status == 0, ran.err
    smoke = json.loads(ran.out)["smoke"]
    assert {check["phase"] for check in smoke["checks"]} == {"static"}
    assert smoke["kind"] is None
    # The engine counts hard links and the like in its own way.
    assert sum(layer["size"] for layer in smoke["layers"]) == pytest.approx(smoke["size"], rel=0.01)


@pytest.mark.engine
def test_what_a_container_is_started_with(gendock: Command, program: Program, tmp_path: Path) -> None:
    limits = ("--memory", "128m", "--ready-timeout", "20", "--stop-timeout", "5", "--timeout", "100")
    ran = gendock(
        *("smoke", "--image", program("metrics"), "--kind", "server", "--port", "8080"),
        *("--health", "/healthz", "--expect-log", "serv.ng", "--egress", *limits),
        *("--env", "METRICS=up 1\n", "-e", "ADDRESS=0.0.0.0", "--max-size", "100MB"),
        *("--output-format", "text", "--output-format", f"junit={tmp_path}/smoke.xml"),
    )
    assert ran.status == 0, ran.out + ran.err
    assert "ready: GET /healthz 200 on :8080, the log has the line" in ran.out
    assert "/metrics has 1 metric\n" in ran.out
    assert "of 128 MB at rest" in ran.out
    suites = list(JUnitXml.fromfile(f"{tmp_path}/smoke.xml"))
    assert [suite.name for suite in suites] == ["static", "start", "stop"]


@pytest.mark.engine
def test_a_word_in_place_of_cmd(gendock: Command, program: Program) -> None:
    ran = gendock("smoke", "--image", program("metrics"), "--kind", "cli", "--arg", "sick")
    assert ran.status == 1
    assert "no database" in ran.out


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose build wants an argument and a secret, and whose program is a file of this machine."""
    (tmp_path / "words.Dockerfile").write_text(
        "FROM debian:bookworm-slim AS build\n"
        "ARG NOTE\n"
        'RUN --mount=type=secret,id=token test "$(cat /run/secrets/token)" = "$NOTE"\n'
        "FROM debian:bookworm-slim AS final\n"
        "COPY --from=build /etc/debian_version /note\n"
        "USER 65532:65532\n"
        'ENTRYPOINT ["sleep"]\n'
        'CMD ["300"]\n'
    )
    (tmp_path / "token").write_text("two words")
    return tmp_path


@pytest.mark.engine
@pytest.mark.parametrize("command", ["smoke", "check"])
def test_what_a_build_is_given(gendock: Command, folder: Path, engine: Engine, command: str) -> None:
    name = f"{TEST_IMAGE}given:{command}"
    distribution = "no-shell,no-package-manager,no-setuid"
    words = (
        *(command, folder, "--file", folder / "words.Dockerfile", "--target", "final", "--tag", name),
        *("--build-arg", "NOTE=two words", "--secret", f"id=token,src={folder}/token", "--rm"),
        *("--skip", distribution, "--stop-timeout", "1", "--output-format", "json"),
    )
    ran = gendock(*words)
    smoke = json.loads(ran.out)["smoke"]
    # `sleep` as process 1 hears no SIGTERM: the build and the start are what is tried here.
    assert {check["id"] for check in smoke["checks"] if check["status"] == "fail"} == {"stop"}
    assert smoke["failure"]["diagnosis"]["id"] == "ignores-sigterm"
    assert not engine.client.images.list(name=name)
    ran = gendock(*words, "--builder", "not-there")
    assert ran.status == 3, ran.out + ran.err
    assert "not-there" in ran.err


@pytest.mark.engine
def test_check_in_github_actions(gendock: Command, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian:bookworm-slim\nCOPY absent /\n")
    summary = tmp_path / "summary.md"
    github = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_WORKSPACE": str(tmp_path),
    }
    words = ("check", "--ssh", "default", "--output-format")
    ran = gendock("check", cwd=tmp_path, **github)
    assert ran.status == 4
    assert "::error title=gendock (build),file=Dockerfile,line=2::" in ran.out
    assert "The build failed: " in summary.read_text()
    files = (f"sarif={tmp_path}/a.sarif", "--output-format", f"markdown={tmp_path}/b.md")
    assert gendock(*words, *files, cwd=tmp_path, SSH_AUTH_SOCK="").status in (2, 4)


def test_the_archive_of_an_archive_is_no_image(
    gendock: Command, tmp_path: Path, nowhere: dict[str, str]
) -> None:
    """A tar of anything is taken for an image's archive, and the sentence says what it lacks."""
    path = tmp_path / "source.tar"
    with tarfile.open(path, "w") as archive:
        member = tarfile.TarInfo("main.go")
        member.size = 12
        archive.addfile(member, io.BytesIO(b"package main"))
    ran = gendock("smoke", path, **nowhere)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "gendock: it holds no image: neither manifest.json nor index.json is in it\n"


def test_every_option_is_in_one_of_these_tests(gendock: Command) -> None:
    files = (*(ROOT / "tests" / "cli").glob("test_*.py"), *(ROOT / "tests" / "engine").glob("test_*.py"))
    tried = "\n".join(path.read_text() for path in files)
    for command in ("smoke", "check"):
        shown = gendock(command, "--help", COLUMNS="200").out
        named = set(re.findall(r"^  (?:-\w, )?(?:-\w,)?(--[a-z-]+)", shown, re.MULTILINE)) - {"--help"}
        assert len(named) > 20
        assert {option for option in named if f'"{option}"' not in tried} == set()
