"""`gendock build` on BuildKits that are not the engine's own: every flag, through the installed command."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import tarfile
import threading
import uuid
from pathlib import Path

import pytest

from gendock.engine.connection import Engine
from tests.images import TEST_IMAGE
from tests.remote.buildkits import ONE, PAIR, TWO, Remote, daemon, programs

pytestmark = pytest.mark.engine
BOTH = "linux/amd64,linux/arm64"


def mark_of(folder: Path) -> str:
    """Return what stands in this folder's files and in no other's."""
    return (folder / "notes").read_text()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that compiles for any platform on the builder's own, without a compiler."""
    (tmp_path / "notes").write_text(uuid.uuid4().hex)
    (tmp_path / "Dockerfile").write_text(
        "FROM --platform=$BUILDPLATFORM debian:bookworm-slim AS build\n"
        "ARG TARGETARCH\n"
        "ARG NOTE=none\n"
        "COPY notes /notes\n"
        f"RUN : {mark_of(tmp_path)}; echo for $TARGETARCH, $NOTE > /out\n"
        "\n"
        "FROM gcr.io/distroless/static-debian12:nonroot AS final\n"
        "COPY --from=build /out /out\n"
        "USER 65532:65532\n"
        'ENTRYPOINT ["/out"]\n'
    )
    return tmp_path


def test_an_image_of_a_builder_is_loaded_into_the_engine(here: Remote, folder: Path, engine: Engine) -> None:
    name = f"{TEST_IMAGE}loaded:1"
    built = here.json("build", folder, "--builder", TWO, "--tag", name)
    assert (built["passed"], built["image"], built["steps"], built["cached"]) == (True, name, 3, 0)
    assert re.fullmatch(r"buildx v\d+\.\d+\.\d+", built["builder"])
    image = engine.client.images.get(name)
    assert (built["image_id"], built["size"]) == (image.id, image.attrs["Size"])
    assert image.tags == [name]
    assert here.built_by(TWO, mark_of(folder))
    assert not here.built_by(ONE, mark_of(folder))


def test_the_builder_in_use_is_taken_without_being_named(here: Remote, folder: Path) -> None:
    here.docker("buildx", "use", ONE)
    try:
        here.json("build", folder, "--tag", f"{TEST_IMAGE}used")
    finally:
        here.docker("buildx", "use", "default")
    assert here.built_by(ONE, mark_of(folder))


def test_one_builder_of_two_buildkits_builds_two_platforms(here: Remote, folder: Path) -> None:
    pushed = here.json(
        "build", folder, "--builder", PAIR, "--platform", BOTH, "--push", "--provenance", "none",
        "--tag", f"{here.registry}/team/both:1", "--build-arg", "NOTE=by hand",
    )  # fmt: skip
    assert (pushed["pushed"], pushed["platforms"]) == ([f"{here.registry}/team/both:1"], BOTH.split(","))
    index = here.manifest("team/both", "1")
    assert {one["platform"]["architecture"] for one in index["manifests"]} == {"amd64", "arm64"}
    assert here.manifest("team/both", pushed["digest"]) == index
    assert here.built_by(ONE, mark_of(folder))
    assert here.built_by(TWO, mark_of(folder))
    # Each platform's last layer is what the build for that platform wrote.
    for one in index["manifests"]:
        layer = here.manifest("team/both", one["digest"])["layers"][-1]["digest"]
        unpacked = subprocess.run(
            ["tar", "-xzO", "out"], input=here.blob("team/both", layer), capture_output=True, check=True
        )
        assert unpacked.stdout.decode() == f"for {one['platform']['architecture']}, by hand\n"


def test_pushing_needs_no_engine(here: Remote, folder: Path) -> None:
    name = f"{here.registry}/team/no-engine:1"
    ran = here.gendock(
        "build", folder, "--builder", ONE, "--push", "--tag", name, DOCKER_HOST=f"unix://{folder}/none"
    )
    assert ran.status == 0, ran.err
    digest = here.manifest("team/no-engine", "1")
    assert digest["schemaVersion"] == 2
    assert re.search(rf"^pushed  {name}  sha256:[0-9a-f]{{12}}$", ran.out, re.MULTILINE), ran.out


def test_loading_does(here: Remote, folder: Path) -> None:
    ran = here.gendock("build", folder, "--builder", ONE, DOCKER_HOST=f"unix://{folder}/none")
    assert ran.status == 3
    assert ran.err.startswith(f"gendock: no Docker engine answers at unix://{folder}/none")


def test_attestations_and_metadata(here: Remote, folder: Path) -> None:
    metadata = folder / "metadata.json"
    pushed = here.json(
        "build", folder, "--builder", ONE, "--push", "--tag", f"{here.registry}/team/told:1",
        "--sbom", "--provenance", "max", "--metadata-file", metadata,
    )  # fmt: skip
    told = json.loads(metadata.read_text())
    assert told["containerimage.digest"] == pushed["digest"]
    assert "buildx.build.provenance" in told
    said: dict[str, dict[str, object]] = {}
    for one in here.manifest("team/told", pushed["digest"])["manifests"]:
        if one.get("annotations", {}).get("vnd.docker.reference.type") == "attestation-manifest":
            for layer in here.manifest("team/told", one["digest"])["layers"]:
                statement = json.loads(here.blob("team/told", layer["digest"]))
                said[layer["annotations"]["in-toto.io/predicate-type"]] = statement["predicate"]
    assert said.pop("https://spdx.dev/Document") == {"name": "found-by-the-scanner"}
    (provenance,) = said.values()
    assert "buildkit_source" in json.dumps(provenance) or "llbDefinition" in json.dumps(provenance)


def test_files_instead_of_an_image(here: Remote, folder: Path, tmp_path: Path) -> None:
    archive, unpacked = tmp_path / "out" / "image.tar", tmp_path / "files"
    archive.parent.mkdir()
    wrote = here.json(
        "build", folder, "--builder", ONE, "--platform", "linux/amd64", "--platform", "linux/arm64",
        "--output", f"type=oci,dest={archive}", "-o", unpacked,
    )  # fmt: skip
    assert wrote["outputs"] == [f"type=oci,dest={archive}", str(unpacked)]
    with tarfile.open(archive) as tar:
        assert "index.json" in tar.getnames()
    assert (unpacked / "linux_arm64" / "out").read_text() == "for arm64, none\n"


def test_secrets_and_agents_reach_the_step(here: Remote, folder: Path, tmp_path: Path) -> None:
    (folder / "Dockerfile").write_text(
        "FROM debian:bookworm-slim AS build\n"
        "RUN --mount=type=secret,id=token,required=true cp /run/secrets/token /token\n"
        'RUN --mount=type=ssh,required=true test -S "$SSH_AUTH_SOCK" && echo there > /agent\n'
        "FROM scratch\n"
        "COPY --from=build /token /agent /\n"
    )
    token, agent = tmp_path / "a token", tmp_path / "agent.sock"
    token.write_text("not in the image\n")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(agent))
        listener.listen()
        ran = here.gendock(
            "build", folder, "--builder", ONE, "--output", tmp_path / "out", "--no-cache",
            "--secret", f"id=token,src={token}", "--ssh", f"default={agent}",
        )  # fmt: skip
    assert ran.status == 0, ran.err
    assert (tmp_path / "out" / "token").read_text() == "not in the image\n"
    assert (tmp_path / "out" / "agent").read_text() == "there\n"
    without = here.json(
        "build", folder, "--builder", ONE, "--output", tmp_path / "out", "--no-cache", status=4
    )
    assert without["failure"]["cause"]["id"] == "secret"
    assert without["failure"]["row"] == 2


def test_the_same_source_gives_the_same_image(here: Remote, folder: Path, tmp_path: Path) -> None:
    def digest(epoch: str, name: str) -> str:
        words = ("--output", f"type=oci,dest={tmp_path / name}", "--no-cache", "--provenance", "none")
        found = here.json("build", folder, "--builder", ONE, *words, SOURCE_DATE_EPOCH=epoch)["digest"]
        return str(found)

    assert digest("1700000000", "a.tar") == digest("1700000000", "b.tar")
    assert digest("1700000001", "c.tar") != digest("1700000000", "d.tar")
    ran = here.gendock("build", folder, SOURCE_DATE_EPOCH="yesterday")
    assert (ran.status, ran.err) == (
        2,
        "gendock: SOURCE_DATE_EPOCH=yesterday: it is a number of seconds since 1970\n",
    )


def test_an_image_of_the_engine_has_that_time_too(here: Remote, folder: Path, engine: Engine) -> None:
    name = f"{TEST_IMAGE}epoch"
    ran = here.gendock("build", folder, "--builder", ONE, "--tag", name, SOURCE_DATE_EPOCH="1700000000")
    assert ran.status == 0, ran.err
    assert str(engine.client.images.get(name).attrs["Created"]).startswith("2023-11-14T22:13:20")


def test_the_checks_of_buildkit(here: Remote, folder: Path) -> None:
    clean = here.json("build", folder, "--builder", ONE, "--check")
    assert (clean["passed"], clean["warnings"]) == (True, [])
    (folder / "Dockerfile").write_text("FROM debian:bookworm-slim AS Build\nWORKDIR src\n")
    ran = here.gendock("build", folder, "--builder", ONE, "--check")
    assert ran.status == 1
    assert re.search(r"^StageNameCasing .*\n  --> .*Dockerfile:1\n   \|\n 1 \| FROM debian", ran.out), ran.out
    assert "see: https://docs.docker.com/" in ran.out
    told = here.json("build", folder, "--builder", ONE, "--check", status=1)
    assert [(one["name"], one["row"]) for one in told["warnings"]] == [
        ("StageNameCasing", 1),
        ("WorkdirRelativePath", 2),
    ]


def test_a_dockerfile_that_cannot_be_checked(here: Remote, folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM debian:bookworm-slim\nRUNN true\n")
    failure = here.json("build", folder, "--builder", ONE, "--check", status=4)["failure"]
    assert failure["row"] == 2
    assert failure["message"].startswith("unknown instruction: RUNN")
    assert [one["code"] for one in failure["found_by"]] == ["GD010"]


def test_what_the_engines_own_buildkit_cannot_do(here: Remote, folder: Path, engine: Engine) -> None:
    if engine.has_containerd_store:
        pytest.skip("the engine keeps its images with containerd, and can")
    call = ("build", folder, "--builder", "default")
    for words, sentence in (
        (("--platform", BOTH, "--push", "-t", "a"), "several platforms: the engine's own BuildKit keeps one"),
        (("--sbom", "--push", "-t", "a"), "--sbom: the engine's own BuildKit keeps no attestations"),
        (("--provenance", "max"), "--provenance: the engine's own BuildKit keeps no attestations"),
    ):
        ran = here.gendock(*call, *words)
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith(f"gendock: {sentence}"), ran.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--builder", ONE, "--platform", BOTH), "several platforms do not fit into one image of the engine"),
        (("--builder", ONE, "--sbom"), "--sbom: an image that is loaded into the engine loses its attest"),
        (
            ("--builder", PAIR, "--platform", BOTH, "-o", "type=oci,dest=x"),
            "--output type=oci,dest=x: the nodes",
        ),
        (("--builder", "nowhere"), "--builder nowhere: buildx has no builder of that name"),
        (("--builder", ONE, "--builder", TWO), "several --builder spread the targets of docker-bake.hcl"),
        (("--builder", ONE, "--push"), "--push needs --tag: the image's name says which registry"),
        (("--builder", ONE, "-o", "-"), "--output -: standard output holds the answer"),
        (("--target", "a", "--target", "b"), "several --target are for docker-bake.hcl"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_built(
    here: Remote, folder: Path, words: tuple[str, ...], sentence: str
) -> None:
    ran = here.gendock("build", folder, *words)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"gendock: {sentence}"), ran.err
    assert ran.err.count("\n") == 1


def test_a_builder_that_does_not_answer(here: Remote, folder: Path) -> None:
    here.docker("buildx", "create", "--driver=remote", "--name=away", f"unix://{folder}/none.sock")
    try:
        ran = here.gendock("build", folder, "--builder", "away")
    finally:
        here.docker("buildx", "rm", "away")
    assert (ran.status, ran.out) == (3, "")
    assert ran.err == (
        "gendock: buildx's builder away does not answer: nothing answers at "
        f"unix://{folder}/none.sock. See: docker buildx ls\n"
    )


def test_a_builder_that_goes_away(
    here: Remote, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (folder / "Dockerfile").write_text("FROM debian:bookworm-slim\nRUN echo begun && sleep 60\n")
    place = tmp_path_factory.mktemp("daemon") / "third"
    with daemon(programs() / "buildkitd", place, here.registry) as (address, process):
        here.docker("buildx", "create", "--driver=remote", "--name=third", address)
        try:
            killer = threading.Timer(4, process.kill)
            killer.start()
            ran = here.gendock("build", folder, "--builder", "third")
        finally:
            killer.cancel()
            here.docker("buildx", "rm", "third")
    assert (ran.status, ran.out) == (3, "")
    assert ran.err.splitlines()[-1].startswith("gendock: the builder "), ran.err


def test_a_registry_that_says_no(here: Remote, folder: Path) -> None:
    (folder / "Dockerfile").write_text(f"FROM {here.registry}/team/absent:1\nCOPY notes /\n")
    failure = here.json("build", folder, "--builder", ONE, status=4)["failure"]
    assert (failure["row"], failure["cause"]["id"]) == (1, "no-such-image")
