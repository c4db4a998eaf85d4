"""Findings of an earlier run hold as long as nothing changed that they rest on."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from gendock.lint import Settings
from gendock.lint.cache import FindingsCache
from gendock.lint.run import Input, lint_all
from gendock.lint.shellcheck import Inquiry
from gendock.lint.stored import StoredFinding
from gendock.lint.tally import Shown, Tally

DOCKERFILE = b"FROM golang:1.22 AS build\nWORKDIR /src\nCOPY *.mod./\nRUN go build -o /app .\n"


def lint(
    folder: Path, content: bytes | None = DOCKERFILE, settings: Settings | None = None
) -> tuple[int, list[StoredFinding]]:
    """Lint by way of the cache; return how many files had to be linted, and the findings."""
    kept = folder.parent / "cache" / "findings"
    path, settings = folder / "Dockerfile", settings or Settings()
    if content is not None and not (path.exists() and path.read_bytes() == content):
        path.write_bytes(content)
    cache = FindingsCache(kept)
    known = cache.recall(path, settings)
    if known is None:
        known = cache.get(path.read_bytes(), settings, path)
    linted = known is None
    if known is None:
        inputs = [Input(path.read_bytes(), settings, "Dockerfile", folder)]
        ((context, findings),) = lint_all(inputs, Inquiry())
        known = [StoredFinding.of(one) for one in findings]
        cache.put(path.read_bytes(), settings, path, context.seen, known)
    cache.save()
    return int(linted), known


@pytest.fixture(name="tmp_path")
def _repository(tmp_path: Path) -> Path:
    """A folder beside that of the cache: what lies in a repository counts."""
    folder = tmp_path / "repository"
    folder.mkdir()
    return folder


def test_findings_come_back_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module x\n\ngo 1.25\n")
    first, found = lint(tmp_path)
    again, same = lint(tmp_path)
    assert (first, again) == (1, 0)
    assert same == found
    assert {finding.code for finding in found} >= {"GO101", "GD012"}


def test_what_changes_is_linted_again(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module x\n\ngo 1.25\n")
    lint(tmp_path)
    assert lint(tmp_path, DOCKERFILE + b"USER 1\n")[0] == 1
    assert lint(tmp_path, settings=Settings(ignore=("GD103",)))[0] == 1
    (tmp_path / "go.mod").write_text("module x\n\ngo 1.22\n")
    linted, found = lint(tmp_path)
    assert linted == 1
    assert "GO101" not in {finding.code for finding in found}
    (tmp_path / "go.mod").unlink()
    assert lint(tmp_path)[0] == 1


def test_a_change_in_the_repository_counts(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module x\n\ngo 1.25\n")
    (tmp_path / "cmd").mkdir()
    lint(tmp_path)
    assert lint(tmp_path)[0] == 0
    (tmp_path / "cmd" / "main.go").write_text("package main\n\nfunc main() {}\n")
    assert lint(tmp_path)[0] == 1
    assert lint(tmp_path)[0] == 0
    (tmp_path / "cmd" / "main.go").write_text("package main\n\nfunc main() { }\n")
    assert lint(tmp_path)[0] == 1


def test_the_cache_itself_is_no_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENDOCK_CACHE_DIR", str(tmp_path / "kept"))
    (tmp_path / "go.mod").write_text("module x\n\ngo 1.25\n")
    lint(tmp_path)
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "findings").write_text("")
    assert lint(tmp_path)[0] == 1
    (tmp_path / "kept" / "more").write_text("")
    assert lint(tmp_path)[0] == 0


def test_a_broken_cache_is_an_empty_one(tmp_path: Path) -> None:
    lint(tmp_path)
    (tmp_path.parent / "cache" / "findings").write_bytes(b"\xff\x00")
    assert lint(tmp_path)[0] == 1
    assert lint(tmp_path)[0] == 0


def test_a_cache_that_cannot_be_written_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path.parent / "cache").write_text("a file where the folder should be")
    assert lint(tmp_path)[1]


def test_bytes_that_are_no_text_are_not_kept(tmp_path: Path) -> None:
    content = b"FROM a:1\n\xff\xfe\n"
    assert lint(tmp_path, content)[1] == lint(tmp_path, content)[1]


def test_what_changes_during_a_run_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gendock.lint.cache._TICK", 0)
    path, settings, shown = tmp_path / "Dockerfile", Settings(), Shown("FROM scratch", Tally())
    for is_late in (False, True):
        path.write_bytes(b"FROM scratch\n")
        time.sleep(0.05)
        cache = FindingsCache(tmp_path.parent / "cache" / "findings")
        if is_late:
            path.write_bytes(b"FROM a:1\n")
        cache.put(b"FROM scratch\n", settings, path, {}, [])
        cache.show(path, "full", shown)
        cache.save()
        later = FindingsCache(tmp_path.parent / "cache" / "findings")
        assert later.recall(path, settings) == (None if is_late else [])
        assert later.shown(path, settings, "full") == (None if is_late else shown)
        assert later.shown(path, settings, "concise") is None
