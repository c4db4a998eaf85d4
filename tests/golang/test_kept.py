"""Facts that are kept from run to run: recalled when nothing changed, and never when anything did."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gendock.errors import RefusedError
from gendock.golang import GoProject, kept, read_project
from gendock.golang.folder import Folder, Listing
from gendock.golang.kept import kept_project
from gendock.golang.project import read_listed

SAMPLES = Path(__file__).parents[2] / "samples"
FILES = {
    "go.mod": "module example.com/shop\n\ngo 1.26\n",
    "main.go": 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":8080", nil) }\n',
    "data/shop.sql": "select 1;\n",
}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENDOCK_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "shop"
    for name, text in FILES.items():
        _write(folder / name, text)
    return folder


def _write(path: Path, text: str) -> None:
    """Write a file as if it had been there for an hour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    hour_ago = time.time_ns() - 3_600_000_000_000
    os.utime(path, ns=(hour_ago, hour_ago))


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were really read, and a clock by which their files settled long ago."""
    read: list[Path] = []

    def counted(folder: Folder, listing: Listing, *, named: str | None = None) -> GoProject:
        read.append(folder.root)
        return read_listed(folder, listing, named=named)

    monkeypatch.setattr(kept, "read_listed", counted)
    monkeypatch.setattr(kept, "_TICK", -3_600_000_000_000)
    return read


def test_the_second_time_nothing_is_read(repository: Path, readings: list[Path]) -> None:
    first = kept_project(repository)
    assert kept_project(repository) == first == read_project(repository)
    assert readings == [repository]


def test_a_question_of_its_own(repository: Path, readings: list[Path]) -> None:
    _write(repository / "examples/one/main.go", FILES["main.go"])
    kept_project(repository)
    assert [program.package for program in kept_project(repository, named="one").programs] == [
        ".",
        "examples/one",
    ]
    assert len(readings) == 2


CHANGES: dict[str, Callable[[Path], object]] = {
    "another text": lambda folder: _write(folder / "main.go", FILES["main.go"].replace("8080", "80")),
    "the same size": lambda folder: _write(folder / "go.mod", FILES["go.mod"].replace("1.26", "1.25")),
    "one file more": lambda folder: _write(folder / "other.go", "package main\n"),
    "one file less": lambda folder: (folder / "data/shop.sql").unlink(),
    "another name": lambda folder: (folder / "data/shop.sql").rename(folder / "data/shops.sql"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen(repository: Path, readings: list[Path], change: str) -> None:
    kept_project(repository)
    CHANGES[change](repository)
    assert kept_project(repository) == read_project(repository)
    assert len(readings) == 2


def test_a_file_that_was_never_read_changes_nothing(repository: Path, readings: list[Path]) -> None:
    kept_project(repository)
    _write(repository / "data/shop.sql", "select 2;\n")
    kept_project(repository)
    assert len(readings) == 1


def test_a_commit_changes_the_revision_and_nothing_else(repository: Path, readings: list[Path]) -> None:
    for commit in ("a" * 40, "b" * 40):
        _write(repository / ".git/HEAD", f"{commit}\n")
        revision = kept_project(repository).revision
        assert revision is not None
        assert revision.value == commit
    assert len(readings) == 1


def test_what_is_newer_than_the_clock_can_tell_is_not_kept(
    repository: Path, readings: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_TICK", 3_600_000_000_000)
    kept_project(repository)
    kept_project(repository)
    assert len(readings) == 2


@pytest.mark.parametrize("content", [b"", b"\xc1", b"\x93\x01\x02\x03"], ids=["empty", "broken", "foreign"])
def test_what_cannot_be_recalled_is_read(repository: Path, readings: list[Path], content: bytes) -> None:
    first = kept_project(repository)
    (place,) = (repository.parent / "cache/projects").iterdir()
    place.write_bytes(content)
    assert kept_project(repository) == first
    assert len(readings) == 2


def test_a_folder_that_cannot_be_written(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(repository.parent / "file", "")
    monkeypatch.setenv("GENDOCK_CACHE_DIR", str(repository.parent / "file"))
    assert kept_project(repository) == read_project(repository)


def test_a_refusal_is_not_kept(repository: Path) -> None:
    (repository / "main.go").unlink()
    for _ in range(2):
        with pytest.raises(RefusedError, match="no Go files"):
            kept_project(repository)


@pytest.mark.usefixtures("readings")
def test_the_oldest_go(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_MOST_KEPT", 2)
    for name in ("a", "b", "c"):
        shutil.copytree(repository, repository.parent / name)
        kept_project(repository.parent / name)
    assert len(list((repository.parent / "cache/projects").iterdir())) == 2


@pytest.mark.parametrize("sample", sorted(path.parent.name for path in SAMPLES.glob("*/go.mod")))
def test_every_fact_is_recalled(
    sample: str, tmp_path: Path, readings: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENDOCK_CACHE_DIR", str(tmp_path))
    first = kept_project(SAMPLES / sample)
    assert kept_project(SAMPLES / sample) == first
    assert len(readings) == 1
