"""Findings of an earlier run hold as long as nothing changed that they rest on."""

from __future__ import annotations

from pathlib import Path

from gendock.lint import Finding, Settings
from gendock.lint.cache import FindingsCache
from gendock.lint.run import lint_file

DOCKERFILE = b"FROM golang:1.22 AS build\nWORKDIR /src\nCOPY *.mod./\nRUN go build -o /app .\n"


class CountingCache(FindingsCache):
    """Counts what had to be linted."""

    linted = 0

    def put(self, *arguments: object) -> None:
        type(self).linted += 1
        super().put(*arguments)  # type: ignore[arg-type]


def lint(
    folder: Path, content: bytes = DOCKERFILE, settings: Settings | None = None
) -> tuple[int, tuple[Finding, ...]]:
    cache = CountingCache(folder / "cache" / "findings")
    before = CountingCache.linted
    found = lint_file(content, settings or Settings(), filename="Dockerfile", folder=folder, cache=cache)
    cache.save()
    return CountingCache.linted - before, found


def test_findings_come_back_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module x\n\ngo 1.25\n")
    first, found = lint(tmp_path)
    again, same = lint(tmp_path)
    assert (first, again) == (1, 0)
    assert same == found
    assert {finding.rule.code for finding in found} == {"GO101", "GD012", "GD103"}


def test_what_changes_is_linted_again(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module x\n\ngo 1.25\n")
    lint(tmp_path)
    assert lint(tmp_path, DOCKERFILE + b"USER 1\n")[0] == 1
    assert lint(tmp_path, settings=Settings(ignore=("GD103",)))[0] == 1
    (tmp_path / "go.mod").write_text("module x\n\ngo 1.22\n")
    linted, found = lint(tmp_path)
    assert linted == 1
    assert "GO101" not in {finding.rule.code for finding in found}
    (tmp_path / "go.mod").unlink()
    assert lint(tmp_path)[0] == 1


def test_a_broken_cache_is_an_empty_one(tmp_path: Path) -> None:
    lint(tmp_path)
    (tmp_path / "cache" / "findings").write_bytes(b"\xff\x00")
    assert lint(tmp_path)[0] == 1
    assert lint(tmp_path)[0] == 0


def test_a_cache_that_cannot_be_written_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert lint(tmp_path)[1]


def test_bytes_that_are_no_text_are_not_kept(tmp_path: Path) -> None:
    content = b"FROM a:1\n\xff\xfe\n"
    assert lint(tmp_path, content)[1] == lint(tmp_path, content)[1]
