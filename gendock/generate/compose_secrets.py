"""Passwords as files: made once, at random, never shown, never overwritten, and kept from git and images.

    .secrets/postgres_password    the password, which compose mounts below /run/secrets
    .secrets/orders.env           DATABASE_URL=postgres://app:...: what the program takes from no other place
    .secrets/.gitignore           *

The folder is its owner's alone. Password files in it can be read by all, as users inside of containers have
other numbers; files of variables are read by compose itself, and by nobody else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from gendock.errors import GendockError, RefusedError
from gendock.files import written_beside
from gendock.generate.compose_choices import SECRETS
from gendock.generate.compose_services import PASSWORD, SERVICES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gendock.generate.compose_choices import Composition

_FITS_ADDRESSES = re.compile(r"[A-Za-z0-9._~-]+")


@dataclass(frozen=True, slots=True)
class SecretFile:
    """A file that holds passwords: `{postgres}` in its text stands for the password of postgres."""

    path: str
    text: str
    mode: int

    @property
    def names(self) -> tuple[str, ...]:
        """The services whose passwords it holds."""
        return tuple(dict.fromkeys(re.findall(r"\{([a-z]+)\}", self.text)))


@dataclass(frozen=True, slots=True)
class SecretTarget:
    """A file of passwords beside what stands in its place; `lacks` are variables that it does not set yet."""

    path: str
    state: Literal["new", "kept"]
    lacks: tuple[str, ...] = ()


def secret_files(composition: Composition) -> tuple[SecretFile, ...]:
    """The files of passwords that a compose.yaml needs; none where no service has a password."""
    files = []
    for name in composition.protected:
        password = SERVICES[name].password
        files.append(SecretFile(password_path(name), f"{{{name}}}", 0o644))
        if password is not None and password.target is not None:
            text = password.text.replace(PASSWORD, f"{{{name}}}") + "\n"
            files.append(SecretFile(f"{SECRETS}/{name}_configuration", text, 0o644))
    for one in composition.programs:
        if one.env_file is not None:
            lines = [
                f"{wired.variable.name}={wired.value.replace(PASSWORD, f'{{{wired.service}}}')}\n"
                for wired in one.wired
                if wired.secret
            ]
            files.append(SecretFile(one.env_file, "".join(lines), 0o600))
    return (SecretFile(f"{SECRETS}/.gitignore", "*\n", 0o644), *files) if files else ()


def password_path(service: str) -> str:
    """The file with the password of a service."""
    return f"{SECRETS}/{service}_password"


def compare_secrets(folder: Path, files: Sequence[SecretFile]) -> tuple[SecretTarget, ...]:
    """Compare the files with the folder; nothing is written.

    Raises:
        RefusedError: something stands in a file's place that is no regular file, or a file holds a password
            that is nowhere else.
        GendockError: a file cannot be read.
    """
    if not files:
        return ()
    top = folder / SECRETS
    if top.is_symlink() or (top.exists() and not top.is_dir()):
        raise RefusedError(f"{SECRETS} is there and is no folder")
    known = {file.path: _read(folder, file.path) for file in files}
    for file in files:
        for name in file.names:
            if known[file.path] is not None and known[password_path(name)] is None:
                raise RefusedError(
                    f"{file.path} is there without {password_path(name)}, whose password it holds: "
                    "write that, or remove both to have them made anew"
                )
    return tuple(_target(file, known[file.path]) for file in files)


def write_secrets(folder: Path, files: Sequence[SecretFile]) -> None:
    """Make the files that are not there.

    Raises:
        RefusedError: as `compare_secrets`, or a password that is there fits into no address.
        GendockError: a file cannot be read or written.
    """
    new = {target.path for target in compare_secrets(folder, files) if target.state == "new"}
    if not new:
        return
    passwords = {name: _password(folder, name) for file in files for name in file.names}
    for file in files:
        for name in file.names:
            if file.path in new and not _FITS_ADDRESSES.fullmatch(passwords[name]):
                raise RefusedError(
                    f"the password in {password_path(name)} cannot stand in an address: "
                    "letters, digits, . _ ~ - can"
                )
    try:
        (folder / SECRETS).mkdir(mode=0o700, exist_ok=True)
        for file in files:
            if file.path in new:
                path = folder / file.path
                temporary = written_beside(path, file.text.format_map(passwords).encode())
                temporary.chmod(file.mode)
                temporary.replace(path)
    except OSError as error:
        raise GendockError(f"{SECRETS} cannot be written to: {error.strerror}") from error


def _password(folder: Path, name: str) -> str:
    """The password that is there, or a new one of 128 bits."""
    import secrets

    known = _read(folder, password_path(name))
    return secrets.token_hex(16) if known is None else known.rstrip("\r\n")


def _read(folder: Path, name: str) -> str | None:
    path = folder / name
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise RefusedError(f"{name} is there and is no file")
    try:
        return path.read_text(errors="replace") if path.exists() else None
    except OSError as error:
        raise GendockError(f"{name} cannot be read: {error.strerror}") from error


def _target(file: SecretFile, before: str | None) -> SecretTarget:
    if before is None:
        return SecretTarget(file.path, "new")
    assigned = re.compile(r"^([A-Za-z_][A-Za-z0-9_]*)=", re.MULTILINE)
    lacks = [name for name in assigned.findall(file.text) if name not in assigned.findall(before)]
    return SecretTarget(file.path, "kept", tuple(lacks))
