"""Files of passwords: made once, read by who has to, never overwritten."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from gendock.errors import GendockError, RefusedError
from gendock.generate.compose_secrets import SecretFile, compare_secrets, write_secrets

FILES = (
    SecretFile(".secrets/.gitignore", "*\n", 0o644),
    SecretFile(".secrets/postgres_password", "{postgres}", 0o644),
    SecretFile(".secrets/shop.env", "DATABASE_URL=postgres://app:{postgres}@postgres/app\n", 0o600),
)


def text(folder: Path, name: str) -> str:
    return (folder / ".secrets" / name).read_text()


def states(folder: Path) -> list[str]:
    return [target.state for target in compare_secrets(folder, FILES)]


def test_they_are_made_together_and_once(tmp_path: Path) -> None:
    assert states(tmp_path) == ["new", "new", "new"]
    assert not (tmp_path / ".secrets").exists()
    write_secrets(tmp_path, FILES)
    password = text(tmp_path, "postgres_password")
    assert text(tmp_path, "shop.env") == f"DATABASE_URL=postgres://app:{password}@postgres/app\n"
    assert states(tmp_path) == ["kept", "kept", "kept"]
    write_secrets(tmp_path, FILES)
    assert text(tmp_path, "postgres_password") == password


def test_each_project_has_its_own(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_secrets(tmp_path / name, FILES)
    assert text(tmp_path / "a", "postgres_password") != text(tmp_path / "b", "postgres_password")


def test_who_can_read_them(tmp_path: Path) -> None:
    write_secrets(tmp_path, FILES)
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in [*tmp_path.iterdir(), *tmp_path.rglob(".secrets/*")]
    }
    assert modes == {".secrets": 0o700, ".gitignore": 0o644, "postgres_password": 0o644, "shop.env": 0o600}


def test_a_password_that_is_there_is_taken(tmp_path: Path) -> None:
    (tmp_path / ".secrets").mkdir()
    (tmp_path / ".secrets" / "postgres_password").write_text("mine\n")
    write_secrets(tmp_path, FILES)
    assert text(tmp_path, "shop.env") == "DATABASE_URL=postgres://app:mine@postgres/app\n"
    assert text(tmp_path, "postgres_password") == "mine\n"


def test_a_password_that_fits_into_no_address_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".secrets").mkdir()
    (tmp_path / ".secrets" / "postgres_password").write_text("p@ss/word")
    with pytest.raises(RefusedError, match="cannot stand in an address"):
        write_secrets(tmp_path, FILES)
    assert [path.name for path in (tmp_path / ".secrets").iterdir()] == ["postgres_password"]


def test_variables_whose_password_is_gone_are_refused(tmp_path: Path) -> None:
    write_secrets(tmp_path, FILES)
    (tmp_path / ".secrets" / "postgres_password").unlink()
    with pytest.raises(RefusedError, match=r"shop\.env is there without \.secrets/postgres_password"):
        write_secrets(tmp_path, FILES)


def test_a_variable_that_came_later_is_named(tmp_path: Path) -> None:
    write_secrets(tmp_path, FILES)
    more = (*FILES[:2], SecretFile(".secrets/shop.env", "DATABASE_URL=a\nDB_PASSWORD={postgres}\n", 0o600))
    assert compare_secrets(tmp_path, more)[2].lacks == ("DB_PASSWORD",)


@pytest.mark.parametrize("name", [".secrets", ".secrets/shop.env"])
def test_no_link_is_written_through(name: str, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "shop"
    (folder / name).parent.mkdir(parents=True)
    (folder / name).symlink_to(outside)
    with pytest.raises(RefusedError, match="is there and is no f"):
        write_secrets(folder, FILES)
    assert list(outside.iterdir()) == []


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(GendockError, match="cannot be written to"):
        write_secrets(tmp_path / "nowhere", FILES)


def test_no_file_no_folder(tmp_path: Path) -> None:
    write_secrets(tmp_path, ())
    assert list(tmp_path.iterdir()) == []
