"""Go versions and ports that other files of a repository name."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.golang.elsewhere import versions_elsewhere
from gendock.golang.folder import Folder
from gendock.golang.published import Published, published_ports


@pytest.mark.parametrize(
    ("path", "text", "versions", "line"),
    [
        (".github/workflows/a.yml", 'with:\n  go-version: "1.25"\n', ["1.25"], 2),
        (".github/workflows/a.yaml", "matrix:\n  go: ['1.26', 1.25.3]\n", ["1.25.3", "1.26"], 2),
        (
            ".github/workflows/a.yml",
            "go-version:\n  - 1.24\n  - '1.25' # newest\nos: [a]\n",
            ["1.24", "1.25"],
            3,
        ),
        (".github/workflows/a.yml", "go-version: ^1.24\n", ["1.24"], 1),
        (".github/workflows/a.yml", "env:\n  GO_VERSION: 1.24.1\n", ["1.24.1"], 2),
        (".github/workflows/a.yml", "go-version: stable\n", None, 0),
        (".github/workflows/a.yml", "go-version: 1.x\n", None, 0),
        (".github/workflows/a.yml", "go-version: '>=1.22'\n", None, 0),
        (".github/workflows/a.yml", "go-version: ${{ matrix.go }}\n", None, 0),
        (".github/workflows/a.yml", "go-version-file: go.mod\n", None, 0),
        (".github/workflows/a.yml", "node-version: 1.24\n", None, 0),
        (".github/workflows/a.yml", "# go-version: 1.24\n", None, 0),
        (".gitlab-ci.yml", "image: golang:1.25-alpine\n", ["1.25"], 1),
        (".circleci/config.yml", "- image: cimg/go:1.24.2\n", ["1.24.2"], 1),
        ("compose.yaml", "services:\n  a:\n    image: golang:1.22\n", ["1.22"], 3),
        (
            ".devcontainer/devcontainer.json",
            '"image": "mcr.microsoft.com/devcontainers/go:1-1.23"',
            ["1.23"],
            1,
        ),
        (".devcontainer/devcontainer.json", '"image": "a.io/devcontainers/go:2.1-1.26-trixie"', ["1.26"], 1),
        (".devcontainer/devcontainer.json", '"image": "a.io/devcontainers/go:1.25"', ["1.25"], 1),
        (".devcontainer/devcontainer.json", '"image": "a.io/devcontainers/go:2.1-bookworm"', None, 0),
        (".devcontainer/devcontainer.json", '"image": "a.io/devcontainers/go:1.3-bookworm"', None, 0),
        (".devcontainer/Dockerfile", "FROM golang:1.24\n", ["1.24"], 1),
        (".go-version", "1.25.1\n", ["1.25.1"], 1),
        (".tool-versions", "nodejs 20.1\ngolang 1.25.1\n", ["1.25.1"], 2),
        ("docs/compose.yaml", "image: golang:1.22\n", None, 0),
    ],
)
def test_versions(path: str, text: str, versions: list[str] | None, line: int, tmp_path: Path) -> None:
    found = list(versions_elsewhere(*repository(tmp_path, path, text)))
    assert [[str(one) for one in file.versions] for file in found] == ([] if versions is None else [versions])
    assert all(file.evidence.line == line for file in found)


SERVICE = "services:\n  app:\n    build: {build}\n    {more}\n"


@pytest.mark.parametrize(
    ("build", "more", "numbers"),
    [
        (".", "ports: ['8080:3000']", [3000]),
        (
            ".",
            "ports: [3000, '127.0.0.1:80:81/tcp', '53:53/udp', '${A}:82', '80:${B}', '1-2:3-4']",
            [3000, 81, 82],
        ),
        (".", "ports: [{target: 3000, published: 80}]", [3000]),
        (".", "expose: ['3000']", [3000]),
        (".", "{command: x, ports: ['3000']}", []),
        (".", "{entrypoint: x, expose: ['3000']}", []),
        (".", "ports: 3000", []),
    ],
)
def test_ports_of_compose(build: str, more: str, numbers: list[int], tmp_path: Path) -> None:
    text = SERVICE.format(build=build, more=more)
    if more.startswith("{"):
        text = f"services:\n  app: {{build: {build}, {more[1:]}\n"
    found = ports(tmp_path, "compose.yaml", text)
    assert [one.number for one in found] == numbers
    assert all(one.built_from == (".", "Dockerfile") for one in found)


def test_what_compose_builds(tmp_path: Path) -> None:
    text = (
        "x-env: &env {A: '1'}\nservices:\n  app:\n    env_file: .env\n"
        "    build: {context: .., dockerfile: deploy/Dockerfile, target: api}\n"
        "    environment: {<<: *env, PORT: 3000}\n    ports:\n      - 80:3000\n"
    )
    (one,) = ports(tmp_path, "deploy/compose.yaml", text)
    assert one.built_from == (".", "deploy/Dockerfile")
    assert (one.target, one.is_open, one.evidence.line) == ("api", True, 8)
    assert dict(one.variables) == {"A": "1", "PORT": "3000"}


@pytest.mark.parametrize(
    "text", ["services: [", "services: 1", "services:\n  a: b\n", "- a\n", "a: &a [*a]\n", ""]
)
def test_yaml_that_says_nothing(text: str, tmp_path: Path) -> None:
    assert ports(tmp_path, "compose.yaml", text) == []


def test_ports_of_kubernetes(tmp_path: Path) -> None:
    text = (
        "kind: Service\n---\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n"
        "        - image: example.com/app:1\n"
        "          env: [{name: PORT, value: '3000'}, {name: S, valueFrom: {}}]\n"
        "          ports: [{containerPort: 3000}, {containerPort: http}]\n"
        "        - image: other\n          args: [x]\n          ports: [{containerPort: 1}]\n"
    )
    (one,) = ports(tmp_path, "k8s/app.yaml", text)
    assert (one.number, one.image, dict(one.variables)) == (
        3000,
        "example.com/app:1",
        {"PORT": "3000", "S": "$"},
    )


def test_ports_of_nomad(tmp_path: Path) -> None:
    text = 'port "http" {\n  to = 3000\n}\nconfig {\n  image = "app:1"\n}\n'
    (one,) = ports(tmp_path, "app.nomad.hcl", text)
    assert (one.number, one.image, one.evidence.line) == (3000, "app:1", 2)
    assert ports(tmp_path, "app.nomad.hcl", text + '  image = "other"\n') == []


def ports(folder: Path, path: str, text: str) -> list[Published]:
    return list(published_ports(*repository(folder, path, text)))


def repository(folder: Path, path: str, text: str) -> tuple[Folder, tuple[str, ...]]:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)
    found = Folder(folder)
    return found, found.listing().files
