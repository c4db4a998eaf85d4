"""Which files a folder gives."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gendock.errors import GendockError
from gendock.lint import Settings
from gendock.lint.discover import find_dockerfiles, is_dockerfile_name

NAMES = {
    "Dockerfile": True,
    "Containerfile": True,
    "api.Dockerfile": True,
    "api.dockerfile": True,
    "Dockerfile.dev": True,
    "Dockerfile.dockerignore": False,
    "Dockerfiles": False,
    "Dockerfile.go": True,
    "dockerfile.go": False,
    "dockerfile.min.js": False,
    "dockerfile.dev": True,
    "dockerfile.ex": False,
    "Dockerfile.md": False,
    "dockerfile.yaml": False,
    "Dockerfile.j2": False,
    "Dockerfile.alpine.tmpl": False,
    "Dockerfile.template.erb": False,
    "Dockerfile.Template": False,
    "Containerfile.dev": True,
    "api.Containerfile": True,
    "Containerfile.containerignore": False,
    "main.go": False,
}


@pytest.mark.parametrize(("name", "wanted"), NAMES.items())
def test_names(name: str, wanted: bool) -> None:  # noqa: FBT001
    assert is_dockerfile_name(name) is wanted


def test_a_folder_gives_what_git_does_not_ignore(tmp_path: Path) -> None:
    for name in (
        "Dockerfile",
        "a/Dockerfile",
        "a/b/Dockerfile",
        "out/Dockerfile",
        ".git/Dockerfile",
        "a/keep/Dockerfile",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("FROM a:1\n")
    (tmp_path / ".gitignore").write_text("/out/\nkeep/\n")
    (tmp_path / "a/.gitignore").write_text("b/Dockerfile\n!keep/\n")
    found = [
        path.relative_to(tmp_path).as_posix() for path in find_dockerfiles([tmp_path], lambda _: Settings())
    ]
    assert found == ["Dockerfile", "a/Dockerfile", "a/keep/Dockerfile"]


def test_a_folder_that_git_ignores_is_searched_when_it_is_named(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("/made/\n*.tmp\n")
    for name in ("made/demo/Dockerfile", "made/demo/out/Dockerfile"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("FROM a:1\n")
    (tmp_path / "made/demo/.gitignore").write_text("out/\n")
    assert find_dockerfiles([tmp_path], lambda _: Settings()) == []
    named = tmp_path / "made" / "demo"
    assert find_dockerfiles([named], lambda _: Settings()) == [named / "Dockerfile"]


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    inside = tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "Dockerfile").write_text("FROM secret:1\n")
    (inside / "Dockerfile").symlink_to(outside / "Dockerfile")
    (inside / "folder").symlink_to(outside)
    assert find_dockerfiles([inside], lambda _: Settings()) == []


def test_a_gitignore_that_is_a_link_or_a_pipe_is_not_read(tmp_path: Path) -> None:
    for name in ("link", "pipe"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text("FROM a:1\n")
    (tmp_path / "link" / ".gitignore").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe" / ".gitignore")
    assert len(find_dockerfiles([tmp_path], lambda _: Settings())) == 2


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(GendockError, match=r"cannot read .*nowhere: No such file or directory"):
        find_dockerfiles([tmp_path / "nowhere"], lambda _: Settings())
