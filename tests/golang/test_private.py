"""Private modules and the revision: what the repository's own files say."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.golang import GoProject, read_project

OURS = "git.example.com/team/lib"
MAIN = "package main\n\nfunc main() {}\n"


def _read(folder: Path, required: str, files: dict[str, str]) -> GoProject:
    module = f"module git.example.com/team/shop\n\ngo 1.26\n\nrequire {required} v1.0.0\n"
    for name, text in {"go.mod": module, "main.go": MAIN, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return read_project(folder)


PRIVATE = {
    "nobody says so": (OURS, {}, None),
    "the Makefile": (
        OURS,
        {"Makefile": "export GOPRIVATE = git.example.com\n"},
        "git.example.com Makefile:1",
    ),
    "CI": (
        OURS,
        {".github/workflows/ci.yml": "env:\n  GOPRIVATE: git.example.com/team/*\n"},
        "git.example.com/team/* .github/workflows/ci.yml:2",
    ),
    "a Dockerfile": (
        OURS,
        {"Dockerfile": 'FROM golang\nENV GOPRIVATE="*.example.com,other.test"\n'},
        "*.example.com Dockerfile:2",
    ),
    "of others": (OURS, {"Makefile": "GOPRIVATE=github.com/team/*\n"}, None),
    "a longer pattern": (OURS, {"Makefile": "GOPRIVATE=git.example.com/team/lib/v2\n"}, None),
    "a variable": (OURS, {"Makefile": "GOPRIVATE=$(OUR_HOST)\n"}, None),
    "a name that is known inside only": ("git.corp/lib", {}, "git.corp go.mod:5"),
}


@pytest.mark.parametrize("case", PRIVATE)
def test_private(case: str, tmp_path: Path) -> None:
    required, files, wanted = PRIVATE[case]
    private = _read(tmp_path, required, files).private
    assert (None if private is None else f"{' '.join(private.patterns)} {private.evidence}") == wanted
    assert [one.path for one in private.modules] == [required] if private else True


COMMIT = "0123456789abcdef" * 2 + "01234567"
REVISIONS: dict[str, tuple[dict[str, str], str | None]] = {
    "no git": ({}, None),
    "a commit": ({".git/HEAD": f"{COMMIT}\n"}, ".git/HEAD:1"),
    "a branch": (
        {".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": f"{COMMIT}\n"},
        ".git/refs/heads/main:1",
    ),
    "a packed branch": (
        {
            ".git/HEAD": "ref: refs/heads/feature/x\n",
            ".git/packed-refs": f"# pack-refs\n{'f' * 40} refs/heads/main\n{COMMIT} refs/heads/feature/x\n",
        },
        ".git/packed-refs:3",
    ),
    "a branch without a commit": ({".git/HEAD": "ref: refs/heads/main\n"}, None),
    "a worktree": ({".git": "gitdir: ../other/.git/worktrees/shop\n"}, None),
    "a way out": ({".git/HEAD": "ref: refs/../../secret\n", "secret": f"{COMMIT}\n"}, None),
}


@pytest.mark.parametrize("case", REVISIONS)
def test_revision(case: str, tmp_path: Path) -> None:
    files, wanted = REVISIONS[case]
    revision = _read(tmp_path, "example.com/a", files).revision
    assert (None if revision is None else str(revision.evidence)) == wanted
    assert revision is None or revision.value == COMMIT
