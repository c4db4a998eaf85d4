"""The part of docker-bake.hcl that can be read without buildx: blocks, texts, lists and variables.

It is what `gendock init --with bake` writes, and most of what people write. Functions, conditions, matrices
and named contexts are buildx's own; a file that has them is refused rather than half understood.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from gendock.errors import GendockError

_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n]*|//[^\n]*|/\*.*?\*/)"""
    r"""|(?P<text>"(?:[^"\\\n]|\\.)*")"""
    r"""|(?P<number>-?\d+(?:\.\d+)?)"""
    r"""|(?P<word>[A-Za-z_][\w-]*)"""
    r"""|(?P<sign>[{}\[\],=:])""",
    re.DOTALL,
)
_CONSTANTS = {"true": "true", "false": "false", "null": None}
_IN_TEXT = re.compile(r"\$\$\{|%%\{|\$\{\s*([A-Za-z_][\w-]*)\s*\}|\$\{|%\{")
_KNOWN = frozenset(
    """
    args cache-from cache-to context description dockerfile inherits output platforms tags target
""".split()
)
_MOST_DEPTH = 50  # of values in values


@dataclass(frozen=True, slots=True)
class _Variable:
    """A variable's name where a value stands."""

    name: str


class _Reader:
    """Reads one file's text."""

    def __init__(self, file: Path, text: str) -> None:
        self._file = file
        self._tokens: list[tuple[str, str, int]] = []
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            row = text.count("\n", 0, at) + 1
            if found is None:
                self._refuse(row, f"{text[at]!r}")
            if found.lastgroup != "space":
                self._tokens.append((str(found.lastgroup), found[0], row))
            at = found.end()
        self._tokens.append(("end", "", text.count("\n") + 1))
        self._at = 0

    def blocks(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Return what each kind of block says, by the blocks' names."""
        found: dict[str, dict[str, dict[str, Any]]] = {"group": {}, "target": {}, "variable": {}}
        while self._kind != "end":
            kind, _, row = self._take("word")
            if self._kind != "text" or kind not in found:
                self._refuse(row, kind)
            name = self._text()
            found[kind].setdefault(name, {}).update(self._map("{"))
        return found

    @property
    def _kind(self) -> str:
        return self._tokens[self._at][0]

    @property
    def _word(self) -> str:
        return self._tokens[self._at][1]

    def _take(self, kind: str, word: str = "") -> tuple[str, str, int]:
        found, text, row = self._tokens[self._at]
        if found != kind or (word and text != word):
            self._refuse(row, text or "its end")
        self._at += 1
        return text, found, row

    def _map(self, opening: str, depth: int = 0) -> dict[str, Any]:
        """Read `name = value` up to the closing brace; commas are left out in blocks."""
        self._take("sign", opening)
        found: dict[str, Any] = {}
        while self._word != "}":
            name = self._text() if self._kind == "text" else self._take("word")[0]
            self._take("sign", ":" if self._word == ":" else "=")
            found[name] = self._value(depth)
            if self._word == ",":
                self._take("sign")
        self._take("sign", "}")
        return found

    def _value(self, depth: int) -> Any:  # noqa: ANN401 - a tree
        kind, word, row = self._tokens[self._at]
        if word == "{" and depth < _MOST_DEPTH:
            return self._map("{", depth + 1)
        if word == "[" and depth < _MOST_DEPTH:
            return self._list(depth + 1)
        if kind == "text":
            return self._text()
        if kind not in ("number", "word"):
            self._refuse(row, word or "its end")
        self._at += 1
        return word if kind == "number" else _CONSTANTS[word] if word in _CONSTANTS else _Variable(word)

    def _text(self) -> str:
        text, _, row = self._take("text")
        try:
            return str(json.loads(text))
        except ValueError:
            self._refuse(row, text)

    def _list(self, depth: int) -> list[Any]:
        self._take("sign", "[")
        found: list[Any] = []
        while self._word != "]":
            found.append(self._value(depth))
            if self._word != "]":
                self._take("sign", ",")
        self._take("sign", "]")
        return found

    def _refuse(self, row: int, what: str) -> NoReturn:
        raise GendockError(f"{self._file}:{row}: {what} cannot be read without buildx. Name a Dockerfile")


def read_without_buildx(file: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Return groups and targets as `buildx bake --print` does.

    Args:
        file: the docker-bake.hcl, or a docker-bake.json.
        environment: gives values to the file's variables.

    Raises:
        GendockError: it has something that only buildx can read.
    """
    try:
        text = file.read_text("utf-8-sig")
        blocks = json.loads(text) if file.suffix == ".json" else _Reader(file, text).blocks()
    except OSError as error:
        raise GendockError(f"{file} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise GendockError(f"{file} cannot be read: {error}") from error
    filled = _Values(file, blocks.get("variable") or {}, environment)
    targets = {
        name: filled.of(_inherited(file, blocks.get("target") or {}, name, ()))
        for name in blocks.get("target") or {}
    }
    groups = {name: filled.of(group) for name, group in (blocks.get("group") or {}).items()}
    return {"group": groups, "target": targets}


def _inherited(
    file: Path, targets: Mapping[str, Mapping[str, Any]], name: str, below: Sequence[str]
) -> dict[str, Any]:
    """Return a target with what it has of others; their build arguments are joined."""
    if name in below or name not in targets:
        raise GendockError(f"{file}: the target {below[-1]} inherits {name}, which is none")
    own = dict(targets[name])
    only_of_buildx = sorted(set(own) - _KNOWN)
    if only_of_buildx:
        raise GendockError(
            f"{file}: {only_of_buildx[0]} of the target {name} cannot be had without buildx. "
            "Name a Dockerfile"
        )
    found: dict[str, Any] = {}
    for parent in own.pop("inherits", None) or ():
        of_parent = _inherited(file, targets, str(parent), (*below, name))
        found |= of_parent | {"args": {**found.get("args", {}), **of_parent.get("args", {})}}
    return found | own | {"args": {**found.get("args", {}), **(own.get("args") or {})}}


class _Values:
    """Puts values in the place of variables."""

    def __init__(
        self, file: Path, variables: Mapping[str, Mapping[str, Any]], environment: Mapping[str, str]
    ) -> None:
        self._file = file
        self._variables = variables
        self._environment = environment

    def of(self, value: Any, below: tuple[str, ...] = ()) -> Any:  # noqa: ANN401 - a tree
        """Return a value in which no variable is left."""
        if isinstance(value, dict):
            return {name: self.of(one, below) for name, one in value.items()}
        if isinstance(value, list):
            return [self.of(one, below) for one in value]
        if isinstance(value, bool):  # of JSON
            return str(value).lower()
        if isinstance(value, _Variable):
            return self._named(value.name, below)
        return (
            _IN_TEXT.sub(lambda found: self._in_text(found, below), value)
            if isinstance(value, str)
            else value
        )

    def _in_text(self, found: re.Match[str], below: tuple[str, ...]) -> str:
        if found[0] in ("$${", "%%{"):
            return found[0][1:]
        if found[1] is None:
            raise GendockError(
                f"{self._file}: a text with {found[0]} cannot be read without buildx. Name a Dockerfile"
            )
        value = self._named(found[1], below)
        return "" if value is None else str(value)

    def _named(self, name: str, below: tuple[str, ...]) -> Any:  # noqa: ANN401 - any value
        if name not in self._variables or name in below:
            raise GendockError(f"{self._file}: there is no variable {name}")
        if name in self._environment:
            return self._environment[name]
        return self.of(self._variables[name].get("default"), (*below, name))
