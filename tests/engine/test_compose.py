"""`gendock smoke --compose`: what a program needs is brought up, apart from all else, and taken down."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest

from gendock.engine.compose import compose
from gendock.engine.connection import Engine
from gendock.engine.run import Run
from gendock.errors import GendockError
from tests.conftest import ROOT
from tests.images import TEST_IMAGE


class Ran(Protocol):
    """How a command ended."""

    status: int
    out: str
    err: str


Command = Callable[..., Ran]
Program = Callable[[str], str]


@pytest.fixture
def project(tmp_path: Path, program: Program) -> Callable[..., Path]:
    """A program that does not start without its database, and a compose file that has one."""

    def make(database: str, **more: object) -> Path:
        folder = tmp_path / "needs-database"
        shutil.copytree(ROOT / "samples" / "broken" / "needs-database", folder)
        services: dict[str, object] = {
            "app": {
                "build": ".",
                "depends_on": {"db": {"condition": "service_started"}},
                "environment": {"DATABASE_ADDR": "db:8080"},
                "ports": ["8080:8080"],
            },
            "db": {
                "image": program(database),
                "container_name": "the-only-database",
                "restart": "always",
                "ports": ["127.0.0.1:1:8080"],
                "volumes": ["data:/data", {"type": "bind", "source": ".", "target": "/seed"}],
                **more,
            },
        }
        text = json.dumps({"name": "shop", "services": services, "volumes": {"data": {"name": "shop-data"}}})
        (folder / "compose.yaml").write_text(text)
        return folder

    return make


@pytest.mark.engine
def test_a_program_that_needs_a_database_gets_it(
    project: Callable[..., Path], gendock: Command, engine: Engine
) -> None:
    folder = project("server")
    words = ("smoke", folder, "--tag", f"{TEST_IMAGE}needs:1", "--rm", "--output-format", "json")
    alone = json.loads(gendock(*words).out)["smoke"]
    assert alone["failure"]["diagnosis"]["id"] == "backing-service"
    volumes = {str(one.name) for one in engine.client.volumes.list()}
    ran = gendock(*words, "--compose", folder / "compose.yaml")
    assert ran.status == 0, ran.out + ran.err
    checks = {check["id"]: check["evidence"] for check in json.loads(ran.out)["smoke"]["checks"]}
    assert checks["services"] == "db up"
    assert not engine.client.containers.list(all=True, filters={"name": "the-only-database"})
    left = engine.client.containers.list(all=True, filters={"label": "com.docker.compose.service=db"})
    assert [one for one in left if "shop" in str(one.name)] == []
    after = {str(one.name) for one in engine.client.volumes.list()}
    assert not [name for name in after - volumes if name.endswith("data")]


@pytest.mark.engine
def test_a_service_that_does_not_come_up_is_told_with_its_log(
    project: Callable[..., Path], gendock: Command
) -> None:
    folder = project("crash")
    ran = gendock(
        "smoke", folder, "--tag", f"{TEST_IMAGE}needs:2", "--rm", "--compose", folder / "compose.yaml"
    )
    assert ran.status == 1, ran.out + ran.err
    assert "start   FAIL  db exited with code 2 (services)" in ran.out
    assert "panic: open templates/index.html" in ran.out
    assert "ready" not in ran.out


@pytest.mark.engine
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--compose", "nowhere.yaml"], "nowhere.yaml is not there"),
        (["--compose", "compose.yaml", "--service", "web"], "--service web: the compose file has app, db"),
        (["--compose", "broken.yaml"], "docker compose: "),
    ],
)
def test_compose_files_that_cannot_be_used(
    project: Callable[..., Path], gendock: Command, words: list[str], sentence: str
) -> None:
    folder = project("server")
    (folder / "broken.yaml").write_text("services: 7\n")
    ran = gendock("smoke", ".", "--tag", f"{TEST_IMAGE}needs:3", "--rm", *words, cwd=folder)
    assert (ran.status, ran.out) == (2, ""), ran.err
    assert ran.err.splitlines()[-1].startswith(f"gendock: {sentence}")


def test_a_service_without_a_file(gendock: Command, tmp_path: Path) -> None:
    ran = gendock("smoke", "--image", "x", "--service", "app", cwd=tmp_path)
    assert (ran.status, ran.err) == (
        2,
        "gendock: --service app is of a compose file: name it with --compose\n",
    )


def said(**db: Any) -> dict[str, Any]:  # noqa: ANN401 - parts of a compose file
    """Return what `docker compose config` says of a program and its database."""
    return {
        "name": "shop",
        "services": {
            "app": {
                "build": {"context": "/src"},
                "depends_on": {"db": {"condition": "service_healthy"}},
                "environment": {"DATABASE_URL": "postgres://db/app", "EMPTY": None},
                "networks": {"back": None, "front": None},
                "secrets": [{"source": "key", "target": "/run/secrets/key"}],
                "volumes": [
                    {"type": "volume", "source": "notes", "target": "/notes"},
                    {"type": "bind", "source": "/src/conf", "target": "/conf"},
                ],
                "command": ["serve"],
            },
            "db": {"image": "postgres:18", "networks": {"back": {"aliases": ["pg"]}}} | db,
            "other": {"image": "redis:8"},
        },
        "networks": {"back": {"name": "shop_back", "external": True}, "front": {}},
        "volumes": {"data": {"name": "shop_data", "external": True}},
        "secrets": {"key": {"name": "shop_key", "file": "/src/key"}},
    }


def composed(said: dict[str, Any]) -> tuple[Run, Any]:
    run = Run.begin(seconds=60)
    return run, compose(said, run, service=None, folder=Path("/src"), egress=False)


def test_only_what_the_program_needs_is_brought_up() -> None:
    run, made = composed(said())
    assert made.program == "app"
    assert list(made.model["services"]) == ["db"]
    assert [(one.name, one.condition) for one in made.needs] == [("db", "service_healthy")]
    assert made.environment == ("DATABASE_URL=postgres://db/app",)
    assert made.networks == (f"{run.name}_back",)
    assert made.files == {"/run/secrets/key": "/src/key", "/conf": "/src/conf"}
    assert (made.volumes, made.command) == (("/notes",), ("serve",))


def test_nothing_of_the_persons_own_project_is_touched() -> None:
    mounts = [
        {"type": "volume", "source": "data", "target": "/data"},
        {"type": "bind", "source": "/src/seed", "target": "/seed"},
    ]
    run, made = composed(
        said(
            container_name="db",
            ports=[{"target": 5432, "published": "5432"}],
            restart="always",
            volumes=mounts,
            build={"context": "/src/db"},
            healthcheck={"test": ["CMD", "true"], "interval": "30s"},
            deploy={"replicas": 3, "resources": {"limits": {"memory": "1"}}},
        )
    )
    db = made.model["services"]["db"]
    assert not {"container_name", "ports", "restart"} & set(db)
    assert db["labels"] == run.labels
    assert db["volumes"] == [mounts[0], mounts[1] | {"read_only": True}]
    assert db["image"] == f"gendock-db:{run.tag}"
    assert db["networks"] == {"back": {"aliases": ["pg"]}}
    assert db["healthcheck"]["interval"] == "1s"
    assert db["deploy"] == {"resources": {"limits": {"memory": "1"}}}
    assert made.model["networks"] == {"back": {"labels": run.labels, "internal": True}}
    assert made.model["volumes"] == {"data": {"labels": run.labels}}


@pytest.mark.parametrize(
    ("db", "sentence"),
    [
        (
            {"volumes": [{"type": "bind", "source": "/var/run/docker.sock", "target": "/s"}]},
            "the service db mounts the engine's socket",
        ),
        ({"network_mode": "host"}, "the service db has this machine's network"),
    ],
)
def test_what_no_service_gets(db: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GendockError, match=sentence):
        composed(said(**db))


def test_a_project_in_which_nothing_is_built() -> None:
    project = said()
    del project["services"]["app"]["build"]
    with pytest.raises(GendockError, match="Name it with --service: app, db, other"):
        composed(project)
