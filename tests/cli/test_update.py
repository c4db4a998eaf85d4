"""`gendock update`: what the code changed comes in, what people changed stays."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GENDOCK = Path(sys.executable).with_name("gendock")
DIGEST = f"@sha256:{'a1' * 32}"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([GENDOCK, *arguments], cwd=folder, check=False, capture_output=True, text=True)


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "samples" / "chi-orders", tmp_path / "orders")
    assert run(tmp_path / "orders", "init").returncode == 0
    return tmp_path / "orders"


def test_both_sides_are_merged(folder: Path) -> None:
    dockerfile = folder / "Dockerfile"
    edit(dockerfile, "EXPOSE 8080\n", "EXPOSE 8080\nSTOPSIGNAL SIGINT\n")
    edit(folder / "go.mod", "go 1.26", "go 1.27")
    shown = run(folder, "update", "--diff")
    assert shown.returncode == 1
    assert "+FROM --platform=$BUILDPLATFORM golang:1.27-bookworm AS build\n" in shown.stdout
    assert "golang:1.26" in dockerfile.read_text()
    done = run(folder, "update")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{shown.stdout}\nupdated Dockerfile\n"
    text = dockerfile.read_text()
    assert "golang:1.26" not in text
    assert "EXPOSE 8080\nSTOPSIGNAL SIGINT\n" in text
    again = run(folder, "update")
    assert (again.returncode, again.stdout) == (0, "Dockerfile is up to date\n")
    assert run(folder, "update", "--diff").returncode == 0
    assert dockerfile.read_text() == text


def test_a_conflict_shows_both_sides_and_writes_nothing(folder: Path) -> None:
    edit(folder / "Dockerfile", "EXPOSE 8080", "EXPOSE 8081")
    edit(folder / "cmd" / "server" / "main.go", "8080", "9090")
    before = everything(folder)
    done = run(folder, "update")
    assert done.returncode == 1
    assert done.stderr == (
        "gendock: Dockerfile changed by hand where the code changes it, too; nothing was written. "
        "Write the new lines there by hand, then gendock update\n"
    )
    for line in ("    EXPOSE 8080\n", "    EXPOSE 8081\n", "    EXPOSE 9090\n"):
        assert line in done.stdout
    assert everything(folder) == before
    data = json.loads(run(folder, "update", "--output-format", "json").stdout)
    assert [place["path"] for place in data["conflicts"]] == ["Dockerfile"]
    assert (data["files"], data["written"]) == ([], False)


def test_a_conflict_that_a_person_solved_is_one_no_more(folder: Path) -> None:
    edit(folder / "Dockerfile", "EXPOSE 8080\n", "EXPOSE 8080\n# ours\n")
    edit(folder / "cmd" / "server" / "main.go", "8080", "9090")
    assert run(folder, "update").returncode == 1
    wanted = run(folder, "init", "--dry-run").stdout
    (folder / "Dockerfile").write_text(wanted.partition("<==\n")[2].partition("\n==> ")[0])
    assert run(folder, "update").stdout == "Dockerfile is up to date\n"


def test_digests_are_taken_over(folder: Path) -> None:
    dockerfile = folder / "Dockerfile"
    edit(dockerfile, "golang:1.26-bookworm", f"golang:1.26-bookworm{DIGEST}")
    edit(dockerfile, "static-debian12:nonroot", f"static-debian12:nonroot{DIGEST}")
    pinned = dockerfile.read_text()
    for command in ("init", "update"):
        done = run(folder, command)
        assert (done.returncode, done.stdout) == (0, "Dockerfile is up to date\n")
    assert dockerfile.read_text() == pinned
    edit(folder / "cmd" / "server" / "main.go", "8080", "9090")
    assert run(folder, "update").returncode == 0
    assert dockerfile.read_text() == pinned.replace("8080", "9090")
    edit(folder / "go.mod", "go 1.26", "go 1.27")
    assert run(folder, "update").returncode == 0
    text = dockerfile.read_text()
    assert text.count(DIGEST) == 1  # that of the base: nobody knows the digest of another tag
    assert text.count("golang:1.27-bookworm AS") == 2


def test_what_a_setting_changes_comes_in(folder: Path) -> None:
    edit(folder / "Dockerfile", "USER 65532:65532\n", "USER 65532:65532\n# ours\n")
    (folder / "gendock.toml").write_text('[init]\nbase = "debian"\nwith = ["bake"]\n')
    assert run(folder, "update").returncode == 0
    text = (folder / "Dockerfile").read_text()
    assert "FROM debian:bookworm-slim AS final\n" in text
    assert "USER 65532:65532\n# ours\n" in text
    assert (folder / "docker-bake.hcl").is_file()


def test_init_names_update_where_edits_can_be_kept(folder: Path) -> None:
    edit(folder / "Dockerfile", "EXPOSE 8080\n", "EXPOSE 8080\nSTOPSIGNAL SIGINT\n")
    done = run(folder, "init")
    assert done.returncode == 1
    assert done.stderr.endswith("nothing was written. gendock update merges, --force overwrites\n")


REFUSED = {
    "no Dockerfile": ("Dockerfile", "there is no Dockerfile to update: gendock init writes one"),
    "nothing is known of what was written": (".gendock.lock", "Dockerfile is not known to be gendock's: "),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case: str, folder: Path) -> None:
    missing, sentence = REFUSED[case]
    edit(folder / "Dockerfile", "EXPOSE 8080\n", "EXPOSE 8081\n")
    (folder / missing).unlink()
    before = everything(folder)
    done = run(folder, "update")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"gendock: {sentence}")
    assert everything(folder) == before


@pytest.mark.parametrize(
    "text", ["", "[]", '{"files": 1}', '{"files": {"Dockerfile": "FROM a"}}', "[" * 10000]
)
def test_a_lock_that_is_broken_is_one_sentence(text: str, folder: Path) -> None:
    (folder / ".gendock.lock").write_text(text)
    edit(folder / "Dockerfile", "EXPOSE 8080\n", "EXPOSE 8081\n")
    done = run(folder, "update")
    assert (done.returncode, done.stderr) == (
        2, "gendock: .gendock.lock is not what gendock wrote: take it from git again, or delete it\n",
    )  # fmt: skip


def test_nothing_is_written_through_a_link(folder: Path, tmp_path: Path) -> None:
    (folder / ".gendock.lock").unlink()
    (folder / ".gendock.lock").symlink_to(tmp_path / "outside")
    edit(folder / "go.mod", "go 1.26", "go 1.27")
    done = run(folder, "init", "--force")
    assert done.returncode == 1
    assert ".gendock.lock is a link to" in done.stderr
    assert not (tmp_path / "outside").exists()
    assert "golang:1.26" in (folder / "Dockerfile").read_text()
