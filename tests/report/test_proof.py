"""What smoke and check found out, in every format, held against those who read it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from junitparser import JUnitXml
from sarif_kit.validate import validation_errors

from gendock.engine.build_failure import BuildFailure
from gendock.engine.results import (
    CHECKS,
    CheckResult,
    Diagnosis,
    Failure,
    Kind,
    LayerSize,
    Phase,
    SmokeReport,
    Status,
)
from gendock.errors import GendockError
from gendock.lint import Settings, lint_text
from gendock.report.build_failure import FoundBy
from gendock.report.engine_lines import Style
from gendock.report.paths import Folders
from gendock.report.proof import Linted, Proof, proof_lines
from gendock.report.proof_files import instruction_row
from gendock.report.proof_outputs import (
    FORMATS,
    for_github_actions,
    read_proof_outputs,
    write_proof_files,
)

DOCKERFILE = (
    "FROM debian:12 AS build\nUSER 0\nRUN true\nFROM debian:12\nLABEL a=b\nEXPOSE 80\nUSER app\nCMD /app\n"
)
EVIL = "\x1b]0;owned\x07 | <b>%0A::error::no</b>"
FAILURE = Failure(
    "exited with code 2 after 0.2 s",
    2,
    oom_killed=False,
    log=("starting", EVIL, "panic: open index.html: no such file or directory", *("more",) * 5),
    diagnosis=Diagnosis(
        "missing-file",
        "the program reads a file that is not there",
        "panic: open index.html: no such file or directory",
        "COPY it",
        ("DL3025",),
        "main.go:7",
    ),
)


def result(id_: str, status: Status = Status.PASS, evidence: str = "no shell") -> CheckResult:
    return CheckResult(id_, status, 12, evidence)


def report(**changes: object) -> SmokeReport:
    made = SmokeReport(
        image="orders:1",
        image_id="sha256:1",
        platform="linux/amd64",
        size=7_400_000,
        kind=Kind.SERVER,
        checks=(
            result("user", Status.FAIL, "user app is a name"),
            result("no-shell"),
            result("no-git", evidence="no .git"),
            result("memory", Status.SKIP, "on request"),
            result("ready", Status.FAIL, f"exited {EVIL}"),
        ),
        seconds=1.5,
        phases={Phase.STATIC: 0.2, Phase.START: 1.3},
        failure=FAILURE,
        layers=(LayerSize(7_400_000, 12, "COPY /app /app"),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture(name="proof")
def _proof(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Proof:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    findings = tuple(lint_text(DOCKERFILE, Settings(), filename="Dockerfile"))
    assert findings
    return Proof(
        "check",
        1,
        2.5,
        "Dockerfile",
        Linted(findings, passed=False, seconds=0.1),
        report=report(),
        found_by=(FoundBy("DL3025", "shell form", 8),),
    )


@pytest.fixture(name="folders")
def _folders(tmp_path: Path) -> Folders:
    return Folders(str(tmp_path), str(tmp_path))


def test_no_format_can_steer_a_terminal_or_a_runner(proof: Proof, folders: Folders) -> None:
    for name, write in FORMATS.items():
        text = write(proof, folders)
        assert "\x1b" not in text, name
        assert "\x07" not in text, name
    lines = FORMATS["github"](proof, folders).splitlines()
    assert all(line.startswith("::") for line in lines)


def test_text_tells_the_line_that_matters_of_a_long_log(proof: Proof) -> None:
    text = "\n".join(proof_lines(proof, Style()))
    assert "  seen      panic: open index.html: no such file or directory\n" in text
    assert "  because   the program reads a file that is not there: main.go:7\n" in text
    assert "  rule      gendock lint finds it, DL3025 in line 8: shell form\n" in text
    assert text.endswith("fails   3 of 5 checks failed in 2.5 s: lint, user, ready")
    assert all(len(line) <= 80 for line in text.splitlines() if "owned" not in line)


def test_json_has_all_of_it(proof: Proof, folders: Folders) -> None:
    data = json.loads(FORMATS["json"](proof, folders))
    assert (data["verdict"], data["exit_code"], data["lint"]["passed"]) == ("fails", 1, False)
    smoke = data["smoke"]
    assert smoke["layers"] == [{"size": 7_400_000, "wasted": 12, "made_by": "COPY /app /app"}]
    assert smoke["failure"]["found_by"] == [{"code": "DL3025", "message": "shell form", "row": 8}]
    assert smoke["failure"]["diagnosis"]["rules"] == ["DL3025"]
    assert [check["id"] for check in smoke["checks"]] == ["user", "no-shell", "no-git", "memory", "ready"]


def test_junit_has_a_suite_for_each_part(proof: Proof, folders: Folders) -> None:
    text = FORMATS["junit"](proof, folders)
    suites = list(JUnitXml.fromstring(text.encode()))
    assert [suite.name for suite in suites] == ["Dockerfile", "static", "start"]
    static, start = suites[1:]
    assert (static.tests, static.failures, static.skipped) == (3, 1, 0)
    assert (start.tests, start.failures, start.skipped) == (2, 1, 1)
    assert "mend: COPY it" in text


def test_sarif_has_lints_run_and_the_static_checks(proof: Proof, folders: Folders) -> None:
    log = json.loads(FORMATS["sarif"](proof, folders))
    assert validation_errors(log) == []
    lint, smoke = log["runs"]
    assert lint["automationDetails"]["id"] == "gendock/lint/"
    (found,) = smoke["results"]
    assert (found["ruleId"], found["message"]["text"]) == ("smoke/user", "user app is a name")
    place = found["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("Dockerfile", 7)
    rules = smoke["tool"]["driver"]["rules"]
    assert rules[found["ruleIndex"]]["id"] == "smoke/user"
    assert len(rules) == sum(phase is Phase.STATIC for phase, _ in CHECKS.values())


def test_sarif_of_an_image_without_a_dockerfile(folders: Folders) -> None:
    log = json.loads(FORMATS["sarif"](Proof("smoke", 1, 1.0, report=report()), folders))
    assert validation_errors(log) == []
    (run,) = log["runs"]
    (place,) = run["results"][0]["locations"]
    assert place == {"logicalLocations": [{"fullyQualifiedName": "orders:1", "kind": "image"}]}


@pytest.mark.parametrize(
    ("check", "row"), [("user", 7), ("exec-form", 8), ("exposes", 6), ("labels", 5), ("no-shell", 4)]
)
def test_a_check_points_at_the_instruction_that_says_it(proof: Proof, check: str, row: int) -> None:
    assert proof.dockerfile is not None
    assert instruction_row(proof.dockerfile, check) == row


def test_github_gets_annotations_and_a_summary(proof: Proof, folders: Folders, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    said = for_github_actions(proof, folders, environment)
    assert "::error title=gendock (user),file=Dockerfile,line=7::user app is a name\n" in said
    table = summary.read_text()
    assert table.startswith("before\n## gendock check: orders:1 fails\n")
    assert "| static | user | **FAIL** | user app is a name | 12 |\n" in table
    assert "Because the program reads a file that is not there.\n" in table
    assert for_github_actions(proof, folders, {}) == ""


def test_a_build_that_failed_is_in_every_format(proof: Proof, folders: Folders) -> None:
    failure = BuildFailure("exit code 1", "RUN x", ("no",), "Dockerfile", 3, "RUN true")
    failed = replace(proof, report=None, build_failure=failure, exit_code=4)
    assert proof_lines(failed, Style()) == []
    for name in set(FORMATS) - {"sarif"}:
        assert "exit code 1" in FORMATS[name](failed, folders), name
    assert validation_errors(json.loads(FORMATS["sarif"](failed, folders))) == []
    suites = list(JUnitXml.fromstring(FORMATS["junit"](failed, folders).encode()))
    assert [(suite.name, suite.failures) for suite in suites][1:] == [("build", 1)]


def test_several_formats_at_once(proof: Proof, folders: Folders, tmp_path: Path) -> None:
    outputs = read_proof_outputs(["text", "json=a.json", "junit=b.xml"])
    write_proof_files(proof, outputs, folders)
    assert json.loads((tmp_path / "a.json").read_text())["exit_code"] == 1
    assert (tmp_path / "b.xml").read_text().startswith("<?xml")
    with pytest.raises(GendockError, match="no output format is called 'concise'"):
        read_proof_outputs(["concise"])
