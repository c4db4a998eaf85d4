"""The targets of a docker-bake.hcl, spread over two real BuildKits."""

from __future__ import annotations

import json
import re
import signal
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from gendock.engine.bake import read_bake, read_targets
from gendock.engine.bake_file import read_without_buildx
from gendock.engine.builders import Surroundings, find_builders
from gendock.engine.connection import Engine
from tests.engine.killing import kill_at_random_moments, left_on_the_machine
from tests.engine.test_bake_file import WRITTEN
from tests.images import TEST_IMAGE
from tests.remote.buildkits import ONE, PAIR, TWO, Remote

pytestmark = pytest.mark.engine
TARGETS = [f"service-{number:02}" for number in range(12)]


@pytest.fixture
def fleet(here: Remote, tmp_path: Path) -> Path:
    """A repository of twelve services: one Dockerfile with a stage each, and their docker-bake.hcl."""
    mark = uuid.uuid4().hex[:12]
    stages = [
        "FROM debian:bookworm-slim AS shared",
        f"RUN echo shared {mark} > /shared",
        "FROM shared AS broken",
        "RUN cd /nowhere \\\n    && true",
    ]
    targets = [f'group "default" {{ targets = {TARGETS} }}'.replace("'", '"')]
    targets.append('target "broken" { target = "broken" }')
    for name in TARGETS:
        stages.append(
            f"FROM shared AS build-{name}\nRUN echo {name} {mark} > /{name}\n"
            f"FROM scratch AS {name}\nCOPY --from=build-{name} /{name} /"
        )
        tag = f"{here.registry}/fleet/{name}:1"
        targets.append(
            f'target "{name}" {{\n  target = "{name}"\n  tags = ["{tag}", "{TEST_IMAGE}{name}:1"]\n}}'
        )
    (tmp_path / "Dockerfile").write_text("\n".join(stages) + "\n")
    (tmp_path / "docker-bake.hcl").write_text("\n".join(targets) + "\n")
    (tmp_path / "mark").write_text(mark)
    return tmp_path


@pytest.fixture(autouse=True)
def _nothing_of_the_fleet_stays(here: Remote, engine: Engine) -> object:
    yield
    for image in engine.client.images.list():
        for tag in image.tags:
            if tag.startswith(f"{here.registry}/fleet/"):
                engine.client.images.remove(tag)
    return None


def test_twelve_targets_on_two_builders(here: Remote, fleet: Path, engine: Engine) -> None:
    words = ("build", fleet, "--builder", ONE, "--builder", TWO)
    built = here.json(*words)
    assert [one["target"] for one in built["targets"]] == TARGETS
    assert Counter(one["builder"] for one in built["targets"]) == {ONE: 6, TWO: 6}
    assert built["builders"] == {ONE: 6, TWO: 6}
    mark = (fleet / "mark").read_text()
    for one in built["targets"]:
        assert here.built_by(one["builder"], f"echo {one['target']} {mark}")
        assert not here.built_by(TWO if one["builder"] == ONE else ONE, f"echo {one['target']} {mark}")
        image = engine.client.images.get(one["image"])
        assert image.id == one["image_id"]
        assert sorted(image.tags) == sorted(one["tags"])
    # The next run finds each target's steps where they were built.
    again = here.json(*words)
    assert [one["builder"] for one in again["targets"]] == [one["builder"] for one in built["targets"]]
    assert again["cached"] == again["steps"] > 0


def test_targets_by_name_on_one_builder(here: Remote, fleet: Path) -> None:
    ran = here.gendock(
        "build", fleet / "docker-bake.hcl", "--builder", ONE, "--target", TARGETS[3], "--target", TARGETS[7],
        "--no-cache",
    )  # fmt: skip
    assert ran.status == 0, ran.err
    first, *rows = ran.out.splitlines()
    assert re.fullmatch(r"build   2 targets on one   5 steps +\d+\.\d s", first), ran.out
    assert [row.split()[0] for row in rows] == [TARGETS[3], TARGETS[7]]
    assert all(len(line) <= 80 for line in ran.out.splitlines())


def test_what_is_read_without_buildx_is_what_buildx_reads(here: Remote, tmp_path: Path) -> None:
    file = tmp_path / "docker-bake.hcl"
    file.write_text(WRITTEN)
    builder = find_builders([ONE], Surroundings(environment=here.environment))[0]
    for wanted in ((), ("all",), ("worker",)):
        with_it = read_bake(builder, file, wanted, here.environment)
        assert read_targets(read_without_buildx(file, here.environment), file, wanted) == with_it


def test_two_platforms_of_two_targets_are_pushed(here: Remote, fleet: Path) -> None:
    metadata = fleet / "metadata.json"
    text = (fleet / "docker-bake.hcl").read_text()
    (fleet / "docker-bake.hcl").write_text(re.sub(rf', "{TEST_IMAGE}[^"]*"', "", text))
    (fleet / "Dockerfile").write_text(
        (fleet / "Dockerfile").read_text().replace("FROM debian", "FROM --platform=$BUILDPLATFORM debian")
    )
    pushed = here.json(
        "build", fleet, "--builder", PAIR, "--platform", "linux/amd64,linux/arm64", "--push",
        "--target", TARGETS[0], "--target", TARGETS[1], "--metadata-file", metadata, "--provenance", "none",
    )  # fmt: skip
    assert [one["target"] for one in pushed["targets"]] == TARGETS[:2]
    for one in pushed["targets"]:
        index = here.manifest(f"fleet/{one['target']}", one["digest"])
        assert {each["platform"]["architecture"] for each in index["manifests"]} == {"amd64", "arm64"}
    assert set(TARGETS[:2]) <= set(metadata.read_text().split('"'))


def test_a_target_that_fails_names_its_line_and_leaves_no_image(
    here: Remote, fleet: Path, engine: Engine
) -> None:
    words = ("--builder", ONE, "--builder", TWO, "--target", "broken", "--target", TARGETS[0])
    ran = here.gendock("build", fleet, *words)
    assert (ran.status, ran.out) == (4, "")
    assert re.search(r"--> .*Dockerfile:4\n *\|\n *4 \| RUN cd /nowhere \\\n", ran.err), ran.err
    assert ran.err.splitlines()[-1].endswith("Dockerfile:4: exit code 2")
    assert not engine.client.images.list(name=f"{here.registry}/fleet/{TARGETS[0]}")


def test_a_target_that_only_checks_leaves_no_image(here: Remote, fleet: Path) -> None:
    with (fleet / "docker-bake.hcl").open("a") as file:
        file.write('target "check" {\n  target = "shared"\n  output = ["type=cacheonly"]\n}\n')
    metadata = fleet / "metadata.json"
    ran = here.gendock(
        "build",
        fleet,
        "--builder",
        ONE,
        "--target",
        "check",
        "--target",
        TARGETS[0],
        "--metadata-file",
        metadata,
    )
    assert ran.status == 0, ran.err
    assert re.search(r"^        check +no image is kept of it$", ran.out, re.MULTILINE), ran.out
    assert json.loads(metadata.read_text())[TARGETS[0]]["containerimage.config.digest"].startswith("sha256:")


def test_platforms_of_the_file_do_not_fit_into_the_engine(here: Remote, fleet: Path) -> None:
    target = f'target = "{TARGETS[0]}"\n  tags = ["{TEST_IMAGE}wide"]'
    with (fleet / "docker-bake.hcl").open("a") as file:
        file.write(f'target "wide" {{\n  {target}\n  platforms = ["linux/amd64", "linux/arm64"]\n}}\n')
    ran = here.gendock("build", "--builder", ONE, "--target", "wide", cwd=fleet)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "gendock: the target wide of docker-bake.hcl is for linux/amd64, linux/arm64, and an image of the "
        "engine is for one. Add --push, or --platform linux/amd64\n"
    )
    assert here.gendock("build", fleet, "--target", "wide", "--platform", "linux/amd64").status == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--builder", ONE), "--builder one: named twice"),
        (("--tag", "a"), "--tag is for one image"),
        (("--check",), "--check is for one image"),
        (("-o", "out"), "--output is for one image"),
        (("--target", "nothing"), "docker-bake.hcl cannot be read: failed to find target nothing"),
        (("--push", "--target", "broken"), "--push: the target broken of docker-bake.hcl has no `tags`"),
        (("--platform", "linux/amd64,linux/arm64"), "several platforms do not fit into one image"),
    ],
)
def test_what_does_not_go_with_several_targets(
    here: Remote, fleet: Path, words: tuple[str, ...], sentence: str
) -> None:
    ran = here.gendock("build", "--builder", ONE, *words, cwd=fleet)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"gendock: {sentence}"), ran.err
    assert ran.err.count("\n") == 1


def test_spread_builds_that_are_killed_at_any_moment(
    here: Remote, tmp_path: Path, leftovers: Callable[[int], list[str]]
) -> None:
    """Each builder has a client, and each client of docker's a plugin as its child, which hears nothing."""
    (tmp_path / "Dockerfile").write_text(
        "FROM debian:bookworm-slim AS quick\nRUN true\n"
        "FROM quick AS one\nRUN sleep 60\nFROM quick AS two\nRUN sleep 60\n"
    )
    names = ("quick", "one", "two")
    (tmp_path / "docker-bake.hcl").write_text(
        "\n".join(
            f'target "{name}" {{\n  target = "{name}"\n  tags = ["{TEST_IMAGE}{name}"]\n}}' for name in names
        )
        + "\n"
    )
    words = ("build", tmp_path, "--builder", ONE, "--builder", TWO)
    slow = (*words, "--target", "one", "--target", "two", "--no-cache", "--timeout", "60")
    pids = kill_at_random_moments(lambda _: slow, signal.SIGKILL, within=3.0, environment=here.environment)
    assert here.gendock(*words, "--target", "quick").status == 0
    assert left_on_the_machine(pids) == []
    assert [one for pid in pids for one in leftovers(pid)] == []
