"""Values from a repository, made fit for the place in a file where they land.

Templates can print nothing but `Placed` text: `render` refuses any other. Each function below makes it for
one kind of place and raises RefusedError for what that place cannot say. So a module path or a file name with
quotes, `$`, newlines or backticks can neither break a file nor add a line to it.

Sources: BuildKit's frontend/dockerfile (parser, shell words, instruction flags) and moby/patternmatcher.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING

from gendock.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Container

# What the go command lets import paths and folders of packages be made of; it needs no quotes anywhere.
_PLAIN_PATH = re.compile(
    r"[A-Za-z0-9_~+@=][A-Za-z0-9._~+@=-]*|\.{1,2}[A-Za-z0-9_~+@=-][A-Za-z0-9._~+@=-]*|\."
)
_IMAGE = re.compile(r"[a-z0-9][A-Za-z0-9._/:@-]*")
_WORD = re.compile(r"[A-Za-z0-9._/+@=:~-]+")
_RESERVED_STAGES = frozenset(("scratch", "context", "build", "final", "modules", "source"))


class Placed(str):
    """Text that is fit for the place where a template prints it."""

    __slots__ = ()


def path_word(path: str, what: str) -> Placed:
    """A relative path as a word of a RUN line, a mount option or a WORKDIR.

    Raises:
        RefusedError: the path has a character that the go command takes in no package either.
    """
    parts = path.split("/")
    if not all(
        _PLAIN_PATH.fullmatch(part) or (index == 0 and part == "..") for index, part in enumerate(parts)
    ):
        raise RefusedError(
            f"{what} {shown(path)} cannot stand in a build step: rename it to letters, digits, - _ . ~"
        )
    return Placed(path)


def image(name: str) -> Placed:
    """The name of an image in FROM.

    Raises:
        RefusedError: it is no image name.
    """
    if not _IMAGE.fullmatch(name):
        raise RefusedError(f"{shown(name)} is no image name")
    return Placed(name)


def package_name(name: str) -> Placed:
    """The name of a package of Debian or Alpine.

    Raises:
        RefusedError: it is none.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9+._-]*", name):
        raise RefusedError(f"{shown(name)} is no name of a package")
    return Placed(name)


def copy_arguments(source: str, target: str) -> Placed:
    """The arguments of COPY: plain words where they can be, a JSON array where not.

    The source is a path and no pattern: what Go's path.Match and Dockerfile variables would take for special
    is escaped.

    Raises:
        RefusedError: a name holds a control character.
    """
    for path in (source, target):
        if _has_controls(path):
            raise RefusedError(f"{shown(path)} cannot be copied into an image: rename it")
    if _WORD.fullmatch(source) and _WORD.fullmatch(target) and not source.startswith("-"):
        return Placed(f"{source} {target}")
    pattern = re.sub(r"([\\*?\[])", r"\\\1", source)
    words = [re.sub(r"([\\$\"'])", r"\\\1", pattern), re.sub(r"([\\$\"'])", r"\\\1", target)]
    return Placed(json.dumps(words))


def exec_form(*words: str) -> Placed:
    """The JSON array of ENTRYPOINT and CMD."""
    return Placed(json.dumps(list(words)))


def quoted(value: str) -> Placed:
    """A value of LABEL or ENV in double quotes, in which nothing is a variable.

    Raises:
        RefusedError: the value holds a control character.
    """
    if _has_controls(value):
        raise RefusedError(f"{shown(value)} cannot be the value of a label or a variable")
    return Placed('"' + re.sub(r'([\\"$])', r"\\\1", value) + '"')


def setting(value: str) -> Placed:
    """A value of ENV: bare where that says the same.

    Raises:
        RefusedError: the value holds a control character.
    """
    return Placed(value) if _WORD.fullmatch(value) else quoted(value)


def comment(text: str) -> Placed:
    """Text after `# `, on one line."""
    return Placed(" ".join("".join(char if char.isprintable() else " " for char in text).split()))


def ignore_pattern(path: str) -> Placed:
    """A path as a .dockerignore pattern that matches it and nothing else.

    Raises:
        RefusedError: the name holds a control character, or space at an end, which the format cannot say.
    """
    if _has_controls(path) or path != path.strip():
        raise RefusedError(f"{shown(path)} cannot be named in .dockerignore: rename it")
    escaped = re.sub(r"([\\*?\[])", r"\\\1", path)
    return Placed(re.sub(r"^([#!])", r"\\\1", escaped))


def binary_name(name: str) -> Placed:
    """A file name below /usr/local/bin: letters, digits, `.`, `_` and `-`."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", _ascii(name)).strip("-.")
    return Placed(plain[:64] or "app")


def stage_name(name: str, taken: Container[str] = ()) -> Placed:
    """A target's name that no other stage has, and with `build-` before it neither."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", _ascii(name).lower()).strip("-._")[:60]
    if not plain or not plain[0].isalpha():
        plain = f"app-{plain}".rstrip("-")
    base = f"{plain}-app" if plain in _RESERVED_STAGES else plain
    candidate, count = base, 2
    while candidate in taken or f"build-{candidate}" in taken:
        candidate, count = f"{base}-{count}", count + 1
    return Placed(candidate)


def identifier(name: str) -> Placed:
    """A Go identifier or the name of an environment variable.

    Raises:
        RefusedError: it is neither.
    """
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise RefusedError(f"{shown(name)} is no name of a variable")
    return Placed(name)


def import_path(path: str) -> Placed:
    """The import path of a package, in double quotes of a RUN line.

    Raises:
        RefusedError: it is none.
    """
    if not re.fullmatch(r"[A-Za-z0-9_~.+-]+(?:/[A-Za-z0-9_~.+-]+)*", path):
        raise RefusedError(f"{shown(path)} is no import path")
    return Placed(path)


def shown(text: str) -> str:
    """Text as a sentence can show it: quoted, on one line, not too long."""
    return ascii(text if len(text) <= 120 else f"{text[:120]}...")


def _has_controls(text: str) -> bool:
    return any(unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Cs"} for char in text)


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
