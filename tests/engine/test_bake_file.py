"""docker-bake.hcl, read where there is no buildx; tests/remote compares this with what buildx reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gendock.engine.bake import read_targets
from gendock.engine.bake_file import read_without_buildx
from gendock.engine.connection import Engine
from gendock.errors import GendockError
from tests.conftest import Ran
from tests.images import TEST_IMAGE

WRITTEN = """\
# Two programs.
variable "TAG" {
  default = "latest"
}
variable "NAME" { default = "team/${OWNER}" } // of the registry
variable "OWNER" { default = "a" }
/* The group
   that is built. */
group "default" { targets = ["server", "worker",] }
group "all" { targets = ["default", "test"] }
target "base" {
  args = { REVISION = "none", DEBUG = true, "LEVEL" : 3, EMPTY = null }
  platforms = ["linux/amd64"]
}
target "server" {
  inherits = ["base"]
  target = "server"
  args = { REVISION = TAG }
  tags = ["${NAME}/server:${TAG}", "a$${TAG}"]
}
target "worker" {
  context = "work"
  dockerfile = "other.Dockerfile"
}
target "test" { output = ["type=cacheonly"] }
"""


def written(folder: Path, text: str, name: str = "docker-bake.hcl") -> Path:
    (folder / name).write_text(text)
    return folder / name


def test_groups_targets_and_variables(tmp_path: Path) -> None:
    file = written(tmp_path, WRITTEN)
    server, worker = read_targets(read_without_buildx(file, {"TAG": "1.2"}), file, ())
    assert (server.name, server.stage, server.platforms) == ("server", "server", ("linux/amd64",))
    assert server.tags == ("team/a/server:1.2", "a${TAG}")
    assert server.arguments == {"REVISION": "1.2", "DEBUG": "true", "LEVEL": "3"}
    assert (worker.stage, worker.context, worker.dockerfile) == (
        None,
        "work",
        tmp_path / "work" / "other.Dockerfile",
    )
    everything = read_targets(read_without_buildx(file, {}), file, ["all"])
    assert [(one.name, one.has_image) for one in everything] == [
        ("server", True),
        ("worker", True),
        ("test", False),
    ]


def test_json_says_the_same(tmp_path: Path) -> None:
    said = {"variable": {"TAG": {"default": "1"}}, "target": {"default": {"tags": ["a:${TAG}"]}}}
    file = written(tmp_path, json.dumps(said), "docker-bake.json")
    assert read_targets(read_without_buildx(file, {}), file, ())[0].tags == ("a:1",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('function "f" { params = [] }', ":1: function cannot be read without buildx. Name a Dockerfile"),
        ('target "a" {\n  tags = [upper("x")]\n}', ":2: '(' cannot be read without buildx"),
        ('target "a" { tags = ["${TAG == 1}"] }', ": a text with ${ cannot be read without buildx"),
        ('target "a" { tags = TAG == "1" ? [] : [] }', ":1: '?' cannot be read without buildx"),
        ('target "a" { matrix = {} }', ": matrix of the target a cannot be had without buildx"),
        ('target "a" { contexts = {} }', ": contexts of the target a cannot be had without buildx"),
        ('target "a" { tags = ["${TAG}"] }', ": there is no variable TAG"),
        ('variable "A" { default = A }\ntarget "a" { tags = [A] }', ": there is no variable A"),
        ('target "a" { inherits = ["b"] }', ": the target a inherits b, which is none"),
        ('target "a" { inherits = ["a"] }', ": the target a inherits a, which is none"),
        ('target "a" {', ":1: its end cannot be read without buildx"),
        ('target "a" { tags = ' + "[" * 100, ":1: [ cannot be read without buildx"),
        ('target "a" { tags = <<EOT\nx\nEOT\n}', ":1: '<' cannot be read without buildx"),
        ('target "a" {}', " has no target to build. Give it a group `default`"),
        ('group "default" { targets = ["b"] }\ntarget "a" {}', " has no target b; it has default, a"),
    ],
)
def test_what_only_buildx_can_read_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(GendockError) as caught:
        read_targets(read_without_buildx(file, {}), file, ())
    assert str(caught.value).startswith(f"{file}{sentence}")


@pytest.mark.engine
def test_every_target_is_built_with_whatever_is_here(
    gendock: Callable[..., Ran], tmp_path: Path, engine: Engine
) -> None:
    (tmp_path / "notes").write_text(f"{tmp_path}\n")
    (tmp_path / "Dockerfile").write_text(
        "FROM scratch AS one\nARG NOTE\nLABEL note=$NOTE\nCOPY notes /\n"
        "FROM one AS two\nCOPY notes /two\nFROM one AS checked\nCOPY notes /three\n"
    )
    names = [f"{TEST_IMAGE}turn-one:1", f"{TEST_IMAGE}turn-two:1"]
    (tmp_path / "docker-bake.hcl").write_text(
        'group "default" { targets = ["one", "two", "checked"] }\n'
        f'target "one" {{\n  target = "one"\n  args = {{ NOTE = "file" }}\n  tags = ["{names[0]}"]\n}}\n'
        f'target "two" {{\n  target = "two"\n  tags = ["{names[1]}"]\n}}\n'
        'target "checked" {\n  target = "checked"\n  output = ["type=cacheonly"]\n}\n'
    )
    ran = gendock("build", "--build-arg", "NOTE=line", "--output-format", "json", cwd=tmp_path)
    assert ran.status == 0, ran.err
    told = json.loads(ran.out)["targets"]
    assert [(one["target"], one.get("image")) for one in told] == [
        ("one", names[0]),
        ("two", names[1]),
        ("checked", None),
    ]
    assert engine.client.images.get(names[0]).labels["note"] == "line"
    in_turn = "docker-bake.hcl is for buildx, and here is only " in ran.err
    assert in_turn is not told[0]["builder"].startswith(("buildx", "default"))
    ran = gendock("build", "--target", "too", cwd=tmp_path)
    assert (ran.status, ran.out) == (2, "")
