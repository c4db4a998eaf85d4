"""`gendock lint --output-format` through the installed console script, and what GitHub Actions gets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

GENDOCK = Path(sys.executable).with_name("gendock")
BAD = "FROM debian:12\nUSER 1\nWORKDIR app\n"
PROGRAMS = ["json", "json-lines", "sarif", "junit", "checkstyle", "gitlab"]
PROGRAMS += ["github", "azure", "rdjson", "markdown"]


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [GENDOCK, "lint", *arguments],
        cwd=folder,
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
        timeout=60,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text(BAD)
    return tmp_path


def test_every_format_in_one_run(folder: Path) -> None:
    (folder / "clean.Dockerfile").write_text("FROM debian:12\nUSER 1\n")
    outputs = [f"--output-format={name}=out.{name}" for name in ["full", *PROGRAMS]]
    done = run(folder, *outputs, "--output-format", "concise")
    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.startswith(b"Dockerfile:3:9: DL3000")
    assert json.loads((folder / "out.sarif").read_bytes())["version"] == "2.1.0"
    suites = ET.parse(folder / "out.junit").getroot()  # noqa: S314 - our own
    assert [suite.get("name") for suite in suites] == ["Dockerfile", "clean.Dockerfile"]
    for name in ["full", *PROGRAMS]:
        assert b"DL3000" in (folder / f"out.{name}").read_bytes()
        assert (folder / f"out.{name}").read_bytes() == run(folder, "--output-format", name).stdout


def test_a_file_may_be_a_pipe(folder: Path) -> None:
    done = run(folder, "--output-format", "gitlab=/dev/stdout")
    assert done.stdout == run(folder, "--output-format", "gitlab").stdout


def test_a_format_is_imported_when_it_is_asked_for() -> None:
    script = "import sys, gendock.cli.lint; print(*(one for one in sys.modules if 'gendock.report.' in one))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    imported = {name.removeprefix("gendock.report.") for name in done.stdout.split()}
    assert "formats" in imported
    assert not imported & {
        "sarif",
        "rules",
        "fingerprints",
        "xml_document",
        "lint_text",
        "lint_data",
        "github",
    }


def test_a_file_is_written_though_nothing_is_found(folder: Path) -> None:
    done = run(folder, "--ignore", "ALL", "--output-format", "gitlab=report.json", "--output-format", "full")
    assert (done.returncode, done.stdout) == (0, b"All is well: no findings.\n")
    assert (folder / "report.json").read_text() == "[]\n"


@pytest.mark.parametrize(
    ("formats", "sentence"),
    [
        (["sarf"], "no output format is called 'sarf'; did you mean sarif?"),
        (["sarif", "json"], "only one format can go to standard output, not sarif and json: write FMT=FILE"),
        (["sarif="], "--output-format sarif= names no file"),
        (["sarif=no/folder/x"], "cannot write no/folder/x: No such file or directory"),
    ],
)
def test_a_wrong_format_gets_one_sentence(folder: Path, formats: list[str], sentence: str) -> None:
    done = run(folder, *(f"--output-format={one}" for one in formats))
    assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", f"gendock: {sentence}\n")


def test_the_environment_may_name_formats(folder: Path) -> None:
    done = run(folder, GENDOCK_OUTPUT_FORMAT="json-lines sarif=x.sarif")
    assert json.loads(done.stdout)["code"] == "DL3000"
    assert (folder / "x.sarif").exists()
    assert run(folder, "--output-format", "gitlab", GENDOCK_OUTPUT_FORMAT="json-lines").stdout[:2] == b"[\n"


def test_programs_read_utf8_whatever_the_locale(folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM debian:12\nUSER 1\nWORKDIR ünï\n")
    done = run(folder, "--output-format", "checkstyle", PYTHONIOENCODING="latin-1")
    assert "ünï" in done.stdout.decode("utf-8")


def test_a_path_inside_is_relative(folder: Path) -> None:
    done = run(folder, str(folder / "Dockerfile"), "--output-format", "sarif")
    (result,) = json.loads(done.stdout)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "Dockerfile",
        "uriBaseId": "SRCROOT",
    }


def test_github_actions_get_annotations_and_a_summary(folder: Path) -> None:
    (folder / "Dockerfile").write_text(BAD + "WORKDIR app\n" * 20)
    summary = folder / "summary.md"
    summary.write_text("before\n")
    actions = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_WORKSPACE": str(folder)}
    usual = run(folder).stdout
    done = run(folder, **actions)
    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.startswith(usual)
    annotations = done.stdout.removeprefix(usual).splitlines()
    assert len(annotations) == 10
    assert all(line.startswith(b"::error title=gendock (DL3000),file=Dockerfile,") for line in annotations)
    before, heading, *table = summary.read_text().splitlines()
    assert (before, heading) == ("before", "## gendock")
    assert sum(line.startswith("| error |") for line in table) == 21
    asked = run(folder, "--output-format", "full", **actions)
    assert asked.stdout == usual
    assert len(summary.read_text().splitlines()) == len(table) + 2


def test_a_summary_has_an_end(folder: Path) -> None:
    (folder / "Dockerfile").write_text(BAD + "WORKDIR app\n" * 3000)
    summary = folder / "summary.md"
    run(folder, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))
    assert summary.stat().st_size < 1024 * 1024 // 4
    assert "more are not shown here" in summary.read_text()


def test_without_findings_github_actions_get_nothing(folder: Path) -> None:
    summary = folder / "summary.md"
    done = run(folder, "--ignore", "ALL", GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))
    assert done.stdout == b"All is well: no findings.\n"
    assert not summary.exists()
