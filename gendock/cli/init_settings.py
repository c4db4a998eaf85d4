"""What `gendock init` was asked for, in gendock.toml: read, joined with flags, and written again."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import UNSET, structs, to_builtins

from gendock.errors import GendockError
from gendock.generate import Access, Beside, Cache, Kept, Options, PlannedFile
from gendock.lint.config_file import read_config
from gendock.lint.init_table import InitTable, KeptTable

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES = ("gendock.toml", ".gendock.toml")
_HEADER = re.compile(
    r"(?P<comments>(?:^[ \t]*#.*\n)*)^[ \t]*\[{1,2}[ \t]*(?P<name>[^\]\n]*?)[ \t]*\]{1,2}[ \t]*(?:#.*)?$",
    re.MULTILINE,
)


def remembered(folder: Path) -> InitTable:
    """What gendock.toml says of init; an empty table where it says nothing, or is not there.

    Raises:
        GendockError: it cannot be read.
    """
    path = _file(folder)
    config = read_config(path) if path.is_file() else None
    return InitTable() if config is None else config.init


def split(words: list[str] | None) -> list[str]:
    """The words of a repeatable option, of which one may hold several with commas between them."""
    return list(dict.fromkeys(part for word in words or () for part in word.split(",") if part))


def wanted_beside(words: list[str] | None) -> list[str]:
    """What `--with` names.

    Raises:
        GendockError: a word that it does not know.
    """
    known = [one.value for one in Beside]
    wanted = split(words)
    for word in wanted:
        if word not in known:
            raise GendockError(f"--with {word}: there is {', '.join(known)}")
    return wanted


def joined(table: InitTable, flags: Mapping[str, Any]) -> InitTable:
    """The table with what the command line says; None and empty say nothing.

    What is to be written besides adds up: who asks for one more file does not mean to lose another.
    """
    said = {name: value for name, value in flags.items() if value is not None and value != []}
    if "beside" in said and table.beside is not UNSET:
        said["beside"] = list(dict.fromkeys((*table.beside, *said["beside"])))
    if said.get("program"):
        said.setdefault("all", UNSET)
    elif said.get("all"):
        said.setdefault("program", UNSET)
    return structs.replace(table, **said)


def options_of(table: InitTable, folder: Path) -> Options:
    """The table as the generator reads it; a folder of templates is relative to `folder`."""
    said = {name: value for name, value in structs.asdict(table).items() if value is not UNSET}
    kept = table.kept
    return Options(
        program=said.get("program"),
        every_program=said.get("all", False),
        port=said.get("port"),
        go_version=said.get("go_version"),
        base=said.get("base"),
        cache=Cache(said.get("cache", "mounts")),
        syntax_line=said.get("syntax_line", False),
        healthcheck=said.get("healthcheck", True),
        platforms=tuple(said.get("platforms", ())),
        private=tuple(said.get("private", ())),
        private_by=Access(said.get("private_by", "netrc")),
        beside=tuple(Beside(word) for word in said.get("beside", ())),
        templates=folder / said["templates"] if "templates" in said else None,
        kept=Kept(
            packages=tuple(kept.packages),
            build_packages=tuple(kept.build_packages),
            labels=tuple(kept.labels.items()),
            environment=tuple(kept.environment.items()),
            ports=tuple(kept.ports),
            user=kept.user,
        ),
    )


def with_kept(table: InitTable, kept: Kept) -> InitTable:
    """The table with what an existing Dockerfile had."""
    return structs.replace(
        table,
        kept=KeptTable(
            packages=list(kept.packages),
            build_packages=list(kept.build_packages),
            labels=dict(kept.labels),
            environment=dict(kept.environment),
            ports=list(kept.ports),
            user=kept.user,
        ),
    )


def settings_file(folder: Path, table: InitTable) -> PlannedFile | None:
    """The text of gendock.toml that remembers a table; None where it does already.

    Everything else in the file stays as it is.

    Raises:
        GendockError: the file is written in a way in which that cannot be done.
    """
    if table == remembered(folder):
        return None
    path = _file(folder)
    before = path.read_text("utf-8") if path.is_file() else ""
    text = _without_init(before)
    if text and not text.endswith("\n\n"):
        text = text.rstrip("\n") + "\n\n"
    content = {key: value for key, value in to_builtins(table).items() if value != {}}
    text += _toml(content)
    wanted = {**tomllib.loads(before), "init": content}
    if tomllib.loads(text) != wanted:
        raise GendockError(f"{path} has [init] in a form that gendock cannot change: write it as a table")
    return PlannedFile(path.name, text)


def _file(folder: Path) -> Path:
    return next((folder / name for name in _NAMES if (folder / name).is_file()), folder / _NAMES[0])


def _without_init(text: str) -> str:
    """A file's text without its table `init` and the tables below that.

    Comments right above a table speak of that table; those above `init` stay.
    """
    headers = list(_HEADER.finditer(text))
    ends = [*(header.start() for header in headers), len(text)][1:]
    for header, end in reversed(list(zip(headers, ends, strict=True))):
        if header["name"] == "init" or header["name"].startswith("init."):
            text = text[: header.end("comments")] + text[end:]
    return text


def _toml(table: Mapping[str, Any]) -> str:
    """`[init]` and `[init.kept]` as TOML."""
    plain = {key: value for key, value in table.items() if not isinstance(value, dict)}
    lines = [f"{key} = {_value(value)}" for key, value in plain.items()]
    if lines:
        lines = ["[init]", *lines, ""]
    kept = table.get("kept")
    if kept:
        lines += ["[init.kept]", *(f"{key} = {_value(value)}" for key, value in kept.items())]
    return "\n".join(lines).rstrip("\n") + "\n"


def _value(value: object) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{_text(key)} = {_value(one)}" for key, one in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value) if isinstance(value, str) else str(value)


def _text(value: str) -> str:
    """A basic string: JSON's, but for the one control character that JSON leaves as it is."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
