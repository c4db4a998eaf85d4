"""Known findings stay known when the code above them moves; new ones are seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.errors import GendockError
from gendock.lint import Settings, baseline, lint_text

TEXT = "FROM a:1\nUSER 1\nWORKDIR x\nWORKDIR x\n"


def test_only_new_findings_are_left(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    baseline.write(path, lint_text(TEXT, Settings()))
    known = baseline.read(path)
    assert known.new(lint_text(TEXT, Settings())) == []
    assert known.new(lint_text(f"# moved\n\n{TEXT}", Settings())) == []
    assert [one.start.row for one in known.new(lint_text(f"{TEXT}WORKDIR x\n", Settings()))] == [5]
    assert [one.start.row for one in known.new(lint_text(TEXT.replace("x", "y", 1), Settings()))] == [3]


def test_a_file_is_known_wherever_gendock_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "api").mkdir()
    monkeypatch.chdir(tmp_path)
    baseline.write(Path("known.json"), lint_text(TEXT, Settings(), filename="api/Dockerfile"))
    whole = lint_text(TEXT, Settings(), filename=str(tmp_path / "api" / "Dockerfile"))
    assert baseline.read(Path("known.json")).new(whole) == []
    monkeypatch.chdir(tmp_path / "api")
    for name in ("Dockerfile", "../api/Dockerfile"):
        assert baseline.read(Path("../known.json")).new(lint_text(TEXT, Settings(), filename=name)) == []


def test_a_list_elsewhere_knows_files_by_their_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("lists", "one", "other"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "one")
    baseline.write(tmp_path / "lists" / "known.json", lint_text(TEXT, Settings()))
    monkeypatch.chdir(tmp_path / "other")
    assert baseline.read(tmp_path / "lists" / "known.json").new(lint_text(TEXT, Settings())) == []


@pytest.mark.parametrize("content", ["[]", "{", '{"version": 2, "findings": {}}'])
def test_another_file_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "x").write_text(content)
    with pytest.raises(GendockError, match=r"x\b.*baseline|cannot read"):
        baseline.read(tmp_path / "x")
