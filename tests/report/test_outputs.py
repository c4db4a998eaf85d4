"""Which output goes where, and how a file is named in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.errors import GendockError
from gendock.lint import Finding
from gendock.report.azure import as_azure
from gendock.report.checkstyle import as_checkstyle
from gendock.report.formats import NAMES, Around, written
from gendock.report.github import as_github
from gendock.report.gitlab import as_gitlab
from gendock.report.junit import as_junit
from gendock.report.lint_data import as_json
from gendock.report.lint_text import concise, full
from gendock.report.markdown import as_markdown
from gendock.report.outputs import Output, read_outputs, write_files
from gendock.report.paths import Folders
from gendock.report.rdjson import as_rdjson
from gendock.report.sarif import as_sarif


def test_outputs_are_read() -> None:
    assert read_outputs([]) == (Output("full", None),)
    assert read_outputs(["sarif=a=b.sarif", "json=-", "junit=x.xml"]) == (
        Output("sarif", Path("a=b.sarif")),
        Output("json", None),
        Output("junit", Path("x.xml")),
    )


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (["sarf"], "no output format is called 'sarf'; did you mean sarif?"),
        (["zzz"], f"no output format is called 'zzz'; there are {', '.join(NAMES)}."),
        (["json="], "--output-format json= names no file"),
        (
            ["json", "sarif=x", "full"],
            "only one format can go to standard output, not json and full: write FMT=FILE",
        ),
        (["json=x", "sarif=x"], "only one format can go to x"),
    ],
)
def test_a_wrong_output_gets_one_sentence(said: list[str], sentence: str) -> None:
    with pytest.raises(GendockError) as raised:
        read_outputs(said)
    assert str(raised.value) == sentence


@pytest.mark.parametrize("name", NAMES)
def test_every_format_can_be_written_and_is_utf8(
    name: str, findings: list[Finding], folders: Folders, tmp_path: Path
) -> None:
    around = Around([one.filename for one in findings], folders, 80, colour=True)
    file = tmp_path / "report"
    write_files(findings, [Output(name, file), Output(name, None)], around)
    shown = written(name, findings, around)
    assert file.read_bytes().decode("utf-8")
    assert ("\x1b[" in shown) == (name in {"full", "concise"})
    assert "\x1b[" not in file.read_text("utf-8")


PATHS = [
    ("Dockerfile", "Dockerfile", "sub/Dockerfile"),
    ("./a//b/../Dockerfile", "a/Dockerfile", "sub/a/Dockerfile"),
    ("/repo/sub/Dockerfile", "Dockerfile", "sub/Dockerfile"),
    ("../Dockerfile", "/repo/Dockerfile", "Dockerfile"),
    ("/repository/Dockerfile", "/repository/Dockerfile", "/repository/Dockerfile"),
]


@pytest.mark.parametrize(("filename", "from_working", "from_root"), PATHS)
def test_paths_are_relative_where_they_can_be(filename: str, from_working: str, from_root: str) -> None:
    folders = Folders("/repo/sub", "/repo")
    assert folders.from_working(filename) == from_working
    assert folders.from_root(filename) == from_root


def test_the_checkout_is_the_root_in_ci(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "checkout" / "service"
    folder.mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "checkout")
    monkeypatch.chdir(folder)
    here = Folders.here({})
    assert here == Folders(str(folder), str(folder))
    for variable in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        found = Folders.here({variable: str(tmp_path / "link")})
        assert found.from_root("Dockerfile") == "service/Dockerfile"
        assert found.from_root(str(tmp_path / "link" / "Dockerfile")) == "Dockerfile"
        assert Folders.here({variable: "/somewhere/else"}) == here


def test_a_place_of_the_repository_is_in_each_format(findings: list[Finding], folders: Folders) -> None:
    finding = next(one for one in findings if one.related)
    assert finding.related[0].filename == "go.mod"
    formats = {
        "json": as_json([finding]),
        "rdjson": as_rdjson([finding], folders),
        "sarif": as_sarif([finding], folders),
        "gitlab": as_gitlab([finding], folders),
        "github": as_github([finding], folders),
        "azure": as_azure([finding], folders),
        "junit": as_junit([finding], folders, [finding.filename]),
        "checkstyle": as_checkstyle([finding], folders),
        "markdown": as_markdown([finding], folders),
        "full": full([finding], width=80, colour=False),
        "concise": concise([finding], width=80, colour=False),
    }
    for name, text in formats.items():
        assert "services/api/go.mod" in text, name
