"""Every choice of `gendock init`, through the installed command: what is written, and what is remembered."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
Done = subprocess.CompletedProcess[str]

# The flags, lines that come of them, lines that are there without them, and what gendock.toml says then.
CHOICES: dict[str, tuple[list[str], list[str], list[str], dict[str, Any]]] = {
    "scratch": (
        ["--base", "scratch"],
        [
            "FROM scratch AS final",
            "COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/",
            "COPY --from=build --chown=65532:65532 /rootfs/tmp /tmp",
            ("    go build -tags=timetzdata -trimpath -buildvcs=false -gcflags=all=-dwarf=false "
            '-ldflags="-s -w" \\'),
        ],
        ["FROM gcr.io/distroless/static-debian12:nonroot AS final"],
        {"base": "scratch"},
    ),
    "debian": (
        ["--base=debian"],
        [
            "FROM debian:bookworm-slim AS final",
            "    apt-get install -y --no-install-recommends ca-certificates tzdata && \\",
            "    groupadd --gid 65532 nonroot && \\",
        ],
        [],
        {"base": "debian"},
    ),
    "alpine": (
        ["--base=alpine"],
        ["FROM alpine:3.22 AS final", "    apk add --update-cache ca-certificates tzdata && \\"],
        [],
        {"base": "alpine"},
    ),
    "chainguard": (
        ["--base=chainguard"],
        ["FROM cgr.dev/chainguard/static:latest AS final"],
        [],
        {"base": "chainguard"},
    ),
    "distroless": (
        ["--base=distroless"],
        ["FROM gcr.io/distroless/static-debian12:nonroot AS final"],
        [],
        {"base": "distroless"},
    ),
    "an image": (
        ["--base", "registry.example/base:1.2"],
        ["FROM registry.example/base:1.2 AS final"],
        [],
        {"base": "registry.example/base:1.2"},
    ),
    "layers": (
        ["--cache", "layers"],
        [
            "# gendock: file-ignore[GD344] registries and CI keep layers, and no cache mounts",
            "COPY go.mod go.sum ./",
            "RUN go mod download",
            "COPY . /src",
            "RUN GOOS=$TARGETOS GOARCH=$TARGETARCH \\",
        ],
        ["RUN --mount=type=bind,target=. \\", "    --mount=type=cache,target=/root/.cache/go-build \\"],
        {"cache": "layers"},
    ),
    "mounts": (["--cache=mounts"], ["RUN --mount=type=bind,target=. \\"], [], {"cache": "mounts"}),
    "a syntax line": (["--syntax-line"], ["# syntax=docker/dockerfile:1"], [], {"syntax-line": True}),
    "no syntax line": (["--no-syntax-line"], [], [], {"syntax-line": False}),
    "no health check": (
        ["--no-healthcheck"],
        ["HEALTHCHECK NONE"],
        ["COPY --from=probe /out/healthcheck /usr/local/bin/healthcheck"],
        {"healthcheck": False},
    ),
    "a platform with versions": (
        ["--platform", "linux/amd64,linux/arm/v7", "--platform", "linux/arm64"],
        [
            "ARG TARGETOS TARGETARCH TARGETVARIANT",
            "    GOOS=$TARGETOS GOARCH=$TARGETARCH GOARM=${TARGETVARIANT#v} \\",
        ],
        ["ARG TARGETOS TARGETARCH"],
        {"platforms": ["linux/amd64", "linux/arm/v7", "linux/arm64"]},
    ),
    "private modules": (
        ["--private", "git.acme.test/*"],
        [
            "RUN go env -w GOPRIVATE='git.acme.test/*'",
            "    --mount=type=secret,id=netrc,target=/root/.netrc \\",
        ],
        [],
        {"private": ["git.acme.test/*"]},
    ),
    "private modules by SSH": (
        ["--private", "git.acme.test/*", "--private-by", "ssh"],
        [
            "    git config --global url.ssh://git@git.acme.test/.insteadOf https://git.acme.test/ && \\",
            "    --mount=type=ssh \\",
        ],
        [],
        {"private": ["git.acme.test/*"], "private-by": "ssh"},
    ),
    "tests": (["--with", "test"], ["FROM build AS test", "    go test ./..."], [], {"with": ["test"]}),
    "a debugger": (
        ["--with", "debug"],
        [
            "FROM build AS build-debug",
            '    go build -buildvcs=false -gcflags="all=-N -l" \\',
            "COPY --from=delve /go/bin/dlv /usr/local/bin/dlv",
            "EXPOSE 40000",
        ],
        [],
        {"with": ["debug"]},
    ),
    "a server that builds itself anew": (
        ["--with", "dev"],
        ["FROM golang:1.26-bookworm AS dev", "WORKDIR /src"],
        [],
        {"with": ["dev"]},
    ),
    "a program": (["--program", "server"], [], [], {"program": "server"}),
    "all programs": (["--all"], [], [], {"all": True}),
}  # fmt: skip


def run(folder: Path, *arguments: str | Path) -> Done:
    return subprocess.run(
        [BIN / "gendock", *arguments], cwd=folder, check=False, capture_output=True, text=True
    )


def sample(folder: Path, name: str = "chi-orders") -> Path:
    shutil.copytree(ROOT / "samples" / name, folder / name)
    return folder / name


def remembered(folder: Path) -> object:
    return tomllib.loads((folder / "gendock.toml").read_text())["init"]


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The lines that are written without a choice."""
    return run(sample(tmp_path_factory.mktemp("usual")), "init", "--dry-run").stdout.splitlines()


@pytest.mark.parametrize("case", CHOICES)
def test_a_choice_is_written_and_remembered_and_no_linter_minds(
    case: str, usual: list[str], tmp_path: Path
) -> None:
    flags, there, gone, table = CHOICES[case]
    folder = sample(tmp_path)
    done = run(folder, "init", *flags)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\nwrote  gendock.toml   what was asked for; gendock update does it again\n" in done.stdout
    lines = (folder / "Dockerfile").read_text().splitlines()
    assert [line for line in there if line not in lines] == []
    assert [line for line in gone if line in lines or line not in usual] == []
    assert remembered(folder) == table
    assert run(folder, "init").stdout.endswith("up to date\n")
    ours = run(folder, "lint", "--profile", "strict", "--output-format", "concise")
    assert (ours.returncode, ours.stderr) == (0, ""), ours.stdout
    hadolint: list[str | Path] = [BIN / "hadolint", "--no-color", folder / "Dockerfile"]
    assert subprocess.run(hadolint, check=False, capture_output=True, text=True).stdout == ""
    tally: list[str | Path] = [
        BIN / "tally",
        "lint",
        "--slow-checks=off",
        "--fail-level=error",
        folder / "Dockerfile",
    ]
    assert subprocess.run(tally, check=False, capture_output=True).returncode == 0


REFUSED = {
    "nothing that can stand beside it": (
        "chi-orders",
        ["--with", "compose,nomad"],
        2,
        "--with nomad: there is compose, bake, test, debug, dev",
    ),
    "a base without a C library": (
        "with-cgo",
        ["--base", "scratch"],
        1,
        "with-cgo needs C, and scratch has no",
    ),
    "a base with another": (
        "with-cgo",
        ["--base", "alpine"],
        1,
        "with-cgo needs C, and alpine has musl in the",
    ),
    "a base that is no name": ("hello-http", ["--base", "a b"], 2, "--base 'a b' cannot be an image's name"),
    "a platform that is none": (
        "hello-http",
        ["--platform", "windows/amd64"],
        2,
        "--platform 'windows/amd64' is",
    ),
    "a platform that is none, with C": (
        "with-cgo",
        ["--platform", 'linux/amd64"', "--with", "bake"],
        2,
        "--platform 'linux/amd64\"' is none of",
    ),
    "a pattern that is none": (
        "hello-http",
        ["--private", "a b;id"],
        2,
        "--private 'a b;id' is no pattern of",
    ),
    "templates that are not there": (
        "hello-http",
        ["--templates", "none"],
        2,
        "--templates none is no folder",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_writes_nothing(case: str, tmp_path: Path) -> None:
    name, flags, code, sentence = REFUSED[case]
    folder = sample(tmp_path, name)
    before = sorted(folder.rglob("*"))
    done = run(folder, "init", *flags)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(f"gendock: {sentence}")
    assert sorted(folder.rglob("*")) == before


def test_a_base_without_packages_is_spoken_of(tmp_path: Path) -> None:
    folder = sample(tmp_path, "starts-programs")
    done = run(folder, "init", "--base", "distroless")
    sentence = "--base distroless installs no packages, and starts-programs needs git"
    assert sentence in " ".join(done.stdout.split())


def test_other_settings_stay_as_they_are(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    ours = '# mine\n[lint]\nignore = ["DL3008"] # why\n'
    (folder / "gendock.toml").write_text(f'[init]\nport = 9000 # old\n\n[init.kept]\nuser = "1000"\n\n{ours}')
    assert run(folder, "init", "--base", "scratch").returncode == 0
    text = (folder / "gendock.toml").read_text()
    assert text.startswith(ours)
    assert remembered(folder) == {"port": 9000, "base": "scratch", "kept": {"user": "1000"}}
    dockerfile = (folder / "Dockerfile").read_text()
    assert "EXPOSE 9000\n" in dockerfile
    assert "USER 1000:1000\n" in dockerfile


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[init]\nbasis = 1\n", "gendock.toml: init.basis is no setting; did you mean init.base?"),
        ('[init]\ncache = "disk"\n', "gendock.toml: init.cache: invalid enum value 'disk'"),
        ("init = 1\n", "gendock.toml: init: expected `object`, got `int`"),
    ],
)
def test_a_setting_that_is_none_is_named(text: str, sentence: str, tmp_path: Path) -> None:
    folder = sample(tmp_path)
    (folder / "gendock.toml").write_text(text)
    done = run(folder, "init")
    assert (done.returncode, done.stderr) == (2, f"gendock: {sentence}\n")


def test_what_init_remembers_is_no_setting_of_lint(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    (folder / ".hadolint.yaml").write_text("ignored: [DL3007]\n")
    (folder / "other.Dockerfile").write_text("FROM debian:latest\nUSER 1\n")
    before = run(folder, "lint", "--output-format", "concise", "other.Dockerfile").stdout
    assert run(folder, "init", "--base", "scratch").returncode == 0
    assert run(folder, "lint", "--output-format", "concise", "other.Dockerfile").stdout == before


def test_what_is_written_besides_adds_up_and_commas_may_stand_between(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    assert run(folder, "init", "--with", "test").returncode == 0
    done = run(folder, "init", "--with", "compose,bake")
    assert (done.returncode, done.stderr) == (0, "")
    assert remembered(folder) == {"with": ["test", "compose", "bake"]}
    assert "FROM build AS test\n" in (folder / "Dockerfile").read_text()
    assert (folder / "compose.yaml").is_file()
    assert (folder / "docker-bake.hcl").is_file()


BESIDE = ("--with=compose", "--with=bake", "--with=test")


def test_a_bake_file_has_a_target_for_each_program(tmp_path: Path) -> None:
    folder = sample(tmp_path, "server-and-worker")
    done = run(folder, "init", *BESIDE, "--platform=linux/amd64")
    assert done.returncode == 0
    written = [line for line in done.stdout.splitlines() if line.startswith("wrote ")]
    assert len({line.index(line.split(maxsplit=2)[2]) for line in written}) == 1
    assert run(folder, "init").stdout == "Dockerfile, compose.yaml and docker-bake.hcl are up to date\n"
    text = (folder / "docker-bake.hcl").read_text()
    assert '  targets = ["server", "worker"]\n' in text
    assert 'target "test" {\n  context = "."\n  target = "test"\n' in text
    assert text.count('  platforms = ["linux/amd64"]\n') == 2
    assert '  tags = ["worker:${TAG}"]\n' in text


def test_the_files_of_tests_go_into_the_context_with_their_stage_only(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    (folder / "internal" / "web" / "web_test.go").write_text("package web\n")
    (folder / "internal" / "web" / "testdata").mkdir()
    (folder / "internal" / "web" / "testdata" / "a.json").write_text("{}")
    needed = []
    for flags in ([], ["--with", "test"]):
        done = run(folder, "init", "--dry-run", "--output-format", "json", *flags)
        needed.append(json.loads(done.stdout)["context"]["needed"])
        ignored = json.loads(done.stdout)["files"][1]["text"].splitlines()
        assert ("**/*_test.go" in ignored, "**/testdata" in ignored) == (not flags, not flags)
    tests = {*folder.rglob("*_test.go"), *folder.rglob("testdata/*")}
    assert needed[1] == needed[0] + len(tests)


FINAL = """\
FROM {{ target.base }} AS {{ target.name }}
# {{ target.package }} by the platform team
COPY --from={{ target.build_stage }} /out/{{ target.binary }} {{ target.binary_path }}
USER {{ target.user }}
ENTRYPOINT {{ target.entrypoint }}
"""


def test_own_templates_stand_in_the_place_of_ours(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    (folder / "own" / "dockerfile").mkdir(parents=True)
    (folder / "own" / "dockerfile" / "final.jinja").write_text(FINAL)
    assert run(tmp_path, "init", "--templates", folder / "own", folder).returncode == 0
    text = (folder / "Dockerfile").read_text()
    assert "# ./cmd/server by the platform team\nCOPY --from=build" in text
    assert "HEALTHCHECK --interval" not in text
    assert "go mod download" in text
    assert remembered(folder) == {"templates": "own"}
    assert run(folder, "update").stdout == "Dockerfile is up to date\n"


BROKEN = {
    "a name that is none": ("FROM a\n{{ target.bse }}\n", "final.jinja:2: 'gendock.generate.targets.Target"),
    "broken syntax": ("FROM a\n{% if %}\n", "final.jinja:2: "),
    "text from nowhere": ("FROM a\n{{ 'x' * 3 }}\n", "final.jinja:2: a template prints str 'xxx'"),
    "a way out": ("{{ ''.__class__.__mro__ }}", "final.jinja:1: access to attribute '__class__'"),
    "a file from elsewhere": ('{% include "../../secret" %}', "there is no template ../../secret"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_template_that_is_broken_is_one_sentence(case: str, tmp_path: Path) -> None:
    text, sentence = BROKEN[case]
    folder = sample(tmp_path)
    (tmp_path / "secret").write_text("secret")
    (folder / "own" / "dockerfile").mkdir(parents=True)
    (folder / "own" / "dockerfile" / "final.jinja").write_text(text)
    done = run(folder, "init", "--templates", "own")
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert not (folder / "Dockerfile").exists()
