"""What buildx tells of its builders, what a builder cannot do, and the commands that come of a request."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from gendock.engine.bake import spread
from gendock.engine.build_command import bake_words, build_words
from gendock.engine.build_limits import refuse_to_bake, refuse_to_check, refuse_what_it_cannot, remarks
from gendock.engine.build_request import BuildRequest, Options, Provenance
from gendock.engine.builders import Builder, Kind
from gendock.engine.buildx import Instance, Node, read_instance, read_version
from gendock.errors import GendockError

# Recorded from buildx 0.38.
PAIR = """\
Name:          pair
Driver:        remote
Last Activity: 2026-11-23 08:03:28 +0000 UTC

Nodes:
Name:             pair0
Endpoint:         unix:///run/a.sock
Status:           running
BuildKit version: v0.34.2
Platforms:        linux/amd64*, linux/amd64/v2, linux/386
Labels:
 org.mobyproject.buildkit.worker.executor:         oci
 org.mobyproject.buildkit.worker.hostname:         here

Name:             pair1
Endpoint:         unix:///run/b.sock
Status:           running
BuildKit version: v0.33.0
Platforms:        linux/arm64*, linux/amd64, linux/386
"""
AWAY = "Name:   away\nDriver: remote\n\nNodes:\nName:     away0\nEndpoint: unix:///none\nStatus:   inactive\n"
ASLEEP = AWAY.replace("remote", "docker-container").replace("away", "asleep")
NO_ENGINE = "Name:          default\nDriver:        \nError:         failed to connect to the docker API\n"
OF_ENGINE = (
    "Name:   default\nDriver: docker\n\nNodes:\nName:   default\nStatus: running\nBuildKit version: {}\n"
)

OLD = Builder(Kind.DOCKER, ("docker", "build"), "docker 20.10.24", (20, 10, 24))
PODMAN = Builder(Kind.PODMAN, ("podman", "build"), "podman 4.3.1", (4, 3, 1))


def buildx(text: str, version: str = "v0.38.2") -> Builder:
    instance = read_instance(text)
    return Builder(
        Kind.BUILDX, ("docker", "buildx"), f"buildx {version}", read_version(version), {}, instance
    )


def test_nodes_of_a_builder() -> None:
    assert read_instance(PAIR) == Instance(
        "pair",
        "remote",
        (
            Node(
                "pair0",
                "unix:///run/a.sock",
                "running",
                (0, 34, 2),
                ("linux/amd64", "linux/amd64/v2", "linux/386"),
                ("linux/amd64",),
                "",
            ),
            Node(
                "pair1",
                "unix:///run/b.sock",
                "running",
                (0, 33, 0),
                ("linux/arm64", "linux/amd64", "linux/386"),
                ("linux/arm64",),
                "",
            ),
        ),
    )


@pytest.mark.parametrize(
    ("platform", "node"),
    [("linux/amd64", "pair0"), ("linux/arm64", "pair1"), ("linux/386", "pair0"), ("linux/s390x", None)],
)
def test_the_node_that_builds_for_a_platform(platform: str, node: str | None) -> None:
    instance = read_instance(PAIR)
    assert instance is not None
    found = instance.node_for(platform)
    assert (found.name if found else None) == node
    assert instance.version == (0, 33, 0)


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        (PAIR, ""),
        (AWAY, "nothing answers at unix:///none"),
        (ASLEEP, ""),  # it is started by the build
        (NO_ENGINE, "failed to connect to the docker API"),
        (PAIR.replace("running", "inactive", 1), ""),  # the other one goes on
    ],
)
def test_a_builder_that_cannot_be_used(text: str, trouble: str) -> None:
    instance = read_instance(text)
    assert instance is not None
    assert instance.trouble == trouble


@pytest.mark.parametrize("text", ["", "github.com/docker/buildx v0.19.3 48d6a39\n", "Name: x\n"])
def test_something_that_tells_of_no_builder(text: str) -> None:
    assert read_instance(text) is None


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("v0.19.3", (0, 19, 3)),
        ("v0.8+unknown", (0, 8, 0)),
        ("v0.0.0+unknown", ()),
        ("4.3.1", (4, 3, 1)),
        ("", ()),
    ],
)
def test_versions(text: str, version: tuple[int, ...]) -> None:
    assert read_version(text) == version


BOTH = ("linux/amd64", "linux/arm64")


@pytest.mark.parametrize(
    ("builder", "options", "sentence"),
    [
        (OLD, Options(platforms=BOTH), "several platforms: docker 20.10.24 cannot do that without buildx"),
        (OLD, Options(push=True), "--push: docker 20.10.24 cannot do that without buildx"),
        (OLD, Options(sbom=True), "--sbom: docker 20.10.24 cannot"),
        (OLD, Options(provenance=Provenance.MIN), "--provenance: docker 20.10.24 cannot"),
        (OLD, Options(metadata_file=Path("m")), "--metadata-file: docker 20.10.24 cannot"),
        (
            OLD,
            Options(outputs=("type=oci,dest=x",)),
            "--output type=oci,dest=x: docker 20.10.24 writes type=local",
        ),
        (PODMAN, Options(outputs=("out",)), "--output out: podman writes no files from its service"),
        (buildx(PAIR), Options(platforms=BOTH), "several platforms do not fit into one image of the engine"),
        (buildx(PAIR), Options(sbom=True), "--sbom: an image that is loaded into the engine loses"),
        (
            buildx(PAIR),
            Options(platforms=BOTH, outputs=("type=oci,dest=x",)),
            "--output type=oci,dest=x: the nodes of pair build for a platform each",
        ),
        (
            buildx(OF_ENGINE.format("v0.8")),
            Options(platforms=BOTH, push=True),
            "several platforms: the engine's own",
        ),
        (
            buildx(OF_ENGINE.format("v0.8")),
            Options(sbom=True, push=True),
            "--sbom: the engine's own BuildKit keeps",
        ),
    ],
)
def test_what_a_builder_cannot_do(builder: Builder, options: Options, sentence: str) -> None:
    with pytest.raises(GendockError) as caught:
        refuse_what_it_cannot(builder, options, containerd_store=False)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("builder", "options"),
    [
        (
            OLD,
            Options(platforms=("linux/amd64",), secrets=("id=a,src=b",), ssh=("default",), outputs=("out",)),
        ),
        (OLD, Options(provenance=Provenance.NONE)),
        (PODMAN, Options(platforms=("linux/arm64",), secrets=("id=a,src=b",))),
        (buildx(PAIR), Options(platforms=BOTH, push=True, sbom=True, provenance=Provenance.MAX)),
        (buildx(PAIR), Options(platforms=BOTH, outputs=("out",))),
        (buildx(PAIR), Options(platforms=("linux/386", "linux/amd64"), outputs=("type=oci,dest=x",))),
        (buildx(ASLEEP), Options(platforms=BOTH, push=True)),
        (buildx(OF_ENGINE.format("v0.20")), Options(platforms=("linux/arm64",))),
    ],
)
def test_what_a_builder_can_do(builder: Builder, options: Options) -> None:
    refuse_what_it_cannot(builder, options, containerd_store=False)


def test_an_engine_that_keeps_its_images_with_containerd() -> None:
    options = Options(platforms=BOTH, sbom=True)
    refuse_what_it_cannot(buildx(OF_ENGINE.format("v0.20")), options, containerd_store=True)


@pytest.mark.parametrize(
    ("builder", "sentence"),
    [
        (OLD, "--check: docker 20.10.24 has none of BuildKit's checks (buildx 0.15 and later do)"),
        (buildx(PAIR, "v0.13.1"), "--check: buildx v0.13.1 has none"),
        (
            buildx(OF_ENGINE.format("v0.8+unknown")),
            "--check: BuildKit 0.8.0 of the builder default has no checks",
        ),
    ],
)
def test_a_builder_without_checks(builder: Builder, sentence: str) -> None:
    with pytest.raises(GendockError) as caught:
        refuse_to_check(builder)
    assert str(caught.value).startswith(sentence)
    assert str(caught.value).endswith("gendock lint has them all, and needs no builder")


def test_one_output_is_not_for_several_targets() -> None:
    with pytest.raises(GendockError, match=r"--output is for one image, and docker-bake\.hcl has several"):
        refuse_to_bake(Options(outputs=("out",)))


def test_a_time_that_a_builder_does_not_know_is_said() -> None:
    assert remarks(OLD, Options()) == []
    assert remarks(buildx(PAIR), Options(epoch=0)) == []
    assert remarks(OLD, Options(epoch=0)) == [
        "SOURCE_DATE_EPOCH has no effect: docker 20.10.24 does not know it"
    ]


EVERYTHING = Options(
    platforms=BOTH,
    build_args=("A=1", "B"),
    secrets=("id=token,src=token",),
    ssh=("default",),
    push=True,
    outputs=("out", "type=oci,dest=x"),
    sbom=True,
    provenance=Provenance.MAX,
    epoch=0,
    no_cache=True,
)


def test_the_words_of_a_build(tmp_path: Path) -> None:
    request = BuildRequest(tmp_path, tmp_path / "Dockerfile", "orders:1", "final", EVERYTHING)
    assert build_words(buildx(PAIR), request, "orders:1", Path("m.json")) == [
        *("docker", "buildx", "build", "--builder=pair", "--progress=plain"),
        *(f"--file={tmp_path}/Dockerfile", "--tag=orders:1", "--target=final"),
        *("--platform=linux/amd64,linux/arm64", "--build-arg=A=1", "--build-arg=B"),
        *("--secret=id=token,src=token", "--ssh=default", "--no-cache"),
        "--output=type=image,push=true,rewrite-timestamp=true",
        "--output=out",
        "--output=type=oci,dest=x,rewrite-timestamp=true",
        *("--sbom=true", "--provenance=mode=max", "--metadata-file=m.json", str(tmp_path)),
    ]
    plain = BuildRequest(tmp_path, tmp_path / "Dockerfile", "orders:1", None, Options(epoch=0))
    assert build_words(PODMAN, plain, "orders:1", None) == [
        *("podman", "build", f"--file={tmp_path}/Dockerfile", "--tag=orders:1", "--timestamp=0"),
        *("--label=dev.gendock=1", str(tmp_path)),
    ]


def test_the_words_of_several_targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("B", "two")
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "repository"
    options = Options(build_args=("A=1", "B"), secrets=("id=token,src=token",), provenance=Provenance.NONE)
    words = bake_words(buildx(PAIR), folder / "docker-bake.hcl", {"a": "temporary:1", "check": ""}, options)
    assert words == [
        *("docker", "buildx", "bake", "--builder=pair", "--progress=plain", "--file=docker-bake.hcl"),
        f"--allow=fs.read={tmp_path}/token",
        *("--set=*.args.A=1", "--set=*.args.B=two", f"--set=*.secrets=id=token,src={tmp_path}/token"),
        *("--set=a.output=type=docker", "--set=a.labels.dev.gendock=1", "--set=a.tags=temporary:1"),
        *("--provenance=false", "a", "check"),
    ]


def test_targets_are_spread_evenly_and_stay_where_they_are() -> None:
    builders = ["one", "two", "three"]
    targets = [f"service-{number}" for number in range(100)]
    before = {name: builder for builder, mine in spread(targets, builders).items() for name in mine}
    assert sorted(before) == sorted(targets)
    assert max(Counter(before.values()).values()) == 34
    after = {name: builder for builder, mine in spread([*targets, "new"], builders).items() for name in mine}
    moved = [name for name in targets if before[name] != after[name]]
    assert len(moved) <= 10
    assert spread(["alone"], builders).keys() <= set(builders)
    assert spread(targets, ["one"]) == {"one": sorted(targets)}
