"""Every sample below samples/broken is built, started, and diagnosed: cause, evidence, rule."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import pytest

from gendock.engine.start_causes import CAUSES, PROGRAMS
from gendock.lint import Settings, lint_text, registry
from tests.conftest import ROOT
from tests.images import TEST_IMAGE

BROKEN = ROOT / "samples" / "broken"


class Ran(Protocol):
    """How a command ended."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Expected:
    """What has to be found out.

    Attributes:
        cause: the diagnosis' id; its folder's name where that is the same.
        evidence: part of the line that shows it.
        because: part of the sentence.
        mend: part of what helps.
        failed: the checks that fail.
        rule: the lint rule that finds it in the sample's Dockerfile, where there is one.
        place: where the source shows it.
    """

    evidence: str
    mend: str
    failed: tuple[str, ...] = ("ready",)
    cause: str = ""
    because: str = ""
    rule: str = ""
    place: str | None = None


STARTS = {
    "ca-certificates": Expected(
        "x509: certificate signed by unknown authority", "ca-certificates.crt", rule="GO303"
    ),
    "cgo-stub": Expected("go-sqlite3 requires cgo to work", "CGO_ENABLED=1", rule="GO208"),
    "environment-file": Expected("open .env: no such file or directory", "--env"),
    "glibc-on-static": Expected(
        "exec /server: no such file or directory", "CGO_ENABLED=0", ("entrypoint", "ready"), rule="GO301"
    ),
    "loopback-only": Expected("listens on 127.0.0.1:8080", "':8080'", ("ready", "reachable"), rule="GO308"),
    "missing-template": Expected(
        "open templates/index.html: no such file or directory",
        "COPY it into the final stage",
        cause="missing-file",
        rule="GO305",
        place="main.go:16",
    ),
    "needs-database": Expected(
        "lookup db",
        "--compose",
        cause="backing-service",
        because="the program needs db, which is not there (DATABASE_ADDR says where)",
        place="main.go:17",
    ),
    "needs-variable": Expected("DATABASE_URL must be set", "--env", cause="environment", place="main.go:16"),
    "out-of-memory": Expected("out of memory", "--memory"),
    "package-archive": Expected("exec format error", "func main", ("entrypoint", "ready"), rule="GO202"),
    "privileged-port": Expected(
        "listen tcp :80: bind: permission denied", "8080", ("exposes", "ready"), rule="GO306"
    ),
    "read-only": Expected("open /state.json: read-only file system", "os.MkdirTemp", rule="GO313"),
    "shell-form": Expected(
        "sh -c is process 1",
        "JSON array",
        ("exec-form", "no-shell", "no-package-manager", "no-setuid", "process-1", "stop"),
        rule="DL3025",
    ),
    "time-zones": Expected("unknown time zone Europe/Berlin", "time/tzdata", rule="GO304"),
    "wrong-architecture": Expected("exec format error", "TARGETARCH", ("platform", "help"), rule="GO211"),
}
BUILDS = {
    "old-toolchain": Expected("go.mod requires go >= 1.99", "golang image of the version", rule="GO101"),
    "vcs-status": Expected("error obtaining VCS status", "-buildvcs=false", rule="GO214"),
}
# What no rule can know of a Dockerfile, and why.
ONLY_WHEN_STARTED = {
    "environment-file": "whoever starts it may mount a .env",
    "needs-database": "whoever starts it brings the database",
    "needs-variable": "whoever starts it sets the variable",
    "out-of-memory": "whoever starts it sets the limit",
}


def test_every_sample_has_its_row() -> None:
    folders = {path.name for path in BROKEN.iterdir() if path.is_dir()}
    assert folders == {*STARTS, *BUILDS}
    table = (BROKEN / "README.md").read_text()
    assert all(f"| `{name}` |" in table for name in folders)


def test_the_rules_of_the_table_are_there() -> None:
    codes = {rule.code for rule in registry().rules}
    elsewhere = {"DL3025", "GO307", "GO308"}  # of causes that no message shows
    assert {code for cause in (*CAUSES, *PROGRAMS) for code in cause.rules} | elsewhere <= codes


@pytest.mark.parametrize("name", [*STARTS, *BUILDS])
def test_lint_finds_it_before(name: str) -> None:
    rule = (STARTS | BUILDS)[name].rule
    assert bool(rule) is (name not in ONLY_WHEN_STARTED)
    text = (BROKEN / name / "Dockerfile").read_bytes()
    assert not rule or {one.rule.code for one in lint_text(text, Settings(), folder=BROKEN / name)} >= {rule}


@pytest.mark.engine
@pytest.mark.parametrize("name", STARTS)
def test_why_it_does_not_work(name: str, gendock: Callable[..., Ran]) -> None:
    expected = STARTS[name]
    limits = ("--ready-timeout", "10", "--stop-timeout", "1", "--output-format", "json")
    ran = gendock("smoke", BROKEN / name, "--tag", f"{TEST_IMAGE}broken-{name}", "--rm", *limits)
    assert ran.status == 1, ran.out + ran.err
    smoke = json.loads(ran.out)["smoke"]
    found = smoke["failure"]["diagnosis"]
    failed = tuple(check["id"] for check in smoke["checks"] if check["status"] == "fail")
    assert (found["id"], failed) == (expected.cause or name, expected.failed)
    assert expected.evidence in found["evidence"]
    assert expected.because in found["because"]
    assert expected.mend in found["mend"]
    found_by = {one["code"] for one in smoke["failure"]["found_by"] if one["row"]}
    assert not expected.rule or expected.rule in found_by
    assert found["place"] == expected.place


@pytest.mark.engine
@pytest.mark.parametrize("name", BUILDS)
def test_why_it_does_not_build(name: str, gendock: Callable[..., Ran]) -> None:
    expected = BUILDS[name]
    ran = gendock("smoke", BROKEN / name, "--tag", f"{TEST_IMAGE}broken-{name}", "--output-format", "json")
    assert ran.status == 4, ran.out + ran.err
    cause = json.loads(ran.out)["build"]["failure"]["cause"]
    assert cause["id"] == name
    assert expected.evidence in cause["evidence"]
    assert expected.mend in cause["mend"]
    assert not expected.rule or expected.rule in ran.out
