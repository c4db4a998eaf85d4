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


@pytest.mark.parametrize("content", ["[]", "{", '{"version": 2, "findings": {}}'])
def test_another_file_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "x").write_text(content)
    with pytest.raises(GendockError, match=r"x\b.*baseline|cannot read"):
        baseline.read(tmp_path / "x")
