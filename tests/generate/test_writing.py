"""All or nothing: what is written, what is refused, and what a failure leaves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gendock.errors import GendockError, RefusedError
from gendock.generate import PlannedFile, compare, write_files

FILES = (PlannedFile("Dockerfile", "FROM a\n"), PlannedFile(".dockerignore", ".git\n"))


def _content(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}


def test_new_files(tmp_path: Path) -> None:
    assert [target.state for target in write_files(tmp_path, FILES)] == ["new", "new"]
    assert _content(tmp_path) == {"Dockerfile": "FROM a\n", ".dockerignore": ".git\n"}
    assert [target.state for target in compare(tmp_path, FILES)] == ["same", "same"]


def test_a_file_that_differs_keeps_both_from_being_written(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("mine\n")
    with pytest.raises(RefusedError, match=r"^\.dockerignore would change"):
        write_files(tmp_path, FILES)
    assert _content(tmp_path) == {".dockerignore": "mine\n"}


def test_force_overwrites_and_keeps_the_mode(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("mine\n")
    (tmp_path / "Dockerfile").chmod(0o640)
    write_files(tmp_path, FILES, force=True)
    assert _content(tmp_path) == {"Dockerfile": "FROM a\n", ".dockerignore": ".git\n"}
    assert (tmp_path / "Dockerfile").stat().st_mode & 0o777 == 0o640


def test_a_new_file_has_the_mode_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    write_files(tmp_path, FILES)
    assert (tmp_path / "Dockerfile").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("name", ["Dockerfile", ".dockerignore"])
@pytest.mark.parametrize("force", [False, True])
def test_nothing_is_written_through_a_link(tmp_path: Path, name: str, *, force: bool) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    folder.mkdir()
    outside.write_text("theirs\n")
    (folder / name).symlink_to(outside)
    with pytest.raises(RefusedError, match=f"^{name} is a link"):
        write_files(folder, FILES, force=force)
    assert outside.read_text() == "theirs\n"
    assert [path.name for path in folder.iterdir()] == [name]


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").mkdir()
    with pytest.raises(RefusedError, match="is no file"):
        write_files(tmp_path, FILES, force=True)
    assert [path.name for path in tmp_path.iterdir()] == [".dockerignore"]


def test_a_failure_leaves_everything_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("mine\n")
    missing = (*FILES, PlannedFile("no/such/folder", ""))
    with pytest.raises(GendockError, match="cannot be written to"):
        write_files(tmp_path, missing, force=True)
    assert _content(tmp_path) == {"Dockerfile": "mine\n"}
    assert os.listdir(tmp_path) == ["Dockerfile"]  # noqa: PTH208 - no temporary file either
