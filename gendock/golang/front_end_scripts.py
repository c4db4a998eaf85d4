"""What the scripts of a package.json start beside Node.js, and which of them fills a folder.

A stage for a front end has Node.js and nothing else: where a build starts Go or make, it cannot run there.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gendock.golang.folder import Folder

_TOOLS = "go|make|cargo|wasm-pack|tinygo|docker|protoc|buf|python3?|java|mvn|gradle|dotnet"
_STARTS_WITH = re.compile(rf"(?:[A-Z_]\w*=\S* +)*(?P<tool>{_TOOLS})\b")
_STARTED = re.compile(rf"\b(?:exec|spawn|execa)\w*\(\s*[\"'`](?P<tool>{_TOOLS})[\"'` ]")
_ANOTHER = re.compile(r"\b(?:npm|pnpm|yarn|bun) (?:run )?(?P<name>[a-z][\w:-]*)")
_FILE = re.compile(r"\b(?:node|bun|tsx|ts-node) (?:run )?(?P<path>[\w./-]+\.[cm]?[jt]s)\b")
_BETWEEN = re.compile(r"&&|\|\||;|\|")
_MAX_STEPS = 20


def other_tool(home: str, script: str, scripts: Mapping[str, object], folder: Folder) -> str | None:
    """The first program that a script starts and that no image of Node.js has; None where it starts none.

    Args:
        home: the folder of the package.json.
        script: the script that is run.
        scripts: all of them.
        folder: the repository.
    """
    for command in _commands(script, scripts):
        for part in _BETWEEN.split(command):
            match = _STARTS_WITH.match(part.strip())
            if match is not None:
                return match["tool"]
        for text in _files(home, command, folder):
            match = _STARTED.search(text)
            if match is not None:
                return match["tool"]
    return None


def filling(home: str, root: str, scripts: Mapping[str, object], folder: Folder) -> str | None:
    """The script that names a folder out of its own one: it puts there what another one builds."""
    parts = r"[\"'`/\\,\s]+".join(map(re.escape, root.split("/")))
    named = re.compile(rf"[\"'`/ ]{parts}(?:[\"'`/ ]|$)")
    for name, command in scripts.items():
        if any(named.search(text) for text in (str(command), *_files(home, str(command), folder))):
            return name
    return None


def _commands(script: str, scripts: Mapping[str, object]) -> Iterator[str]:
    """Yield the command of a script, and those of the scripts that it runs."""
    waiting, seen = [script], set[str]()
    while waiting and len(seen) < _MAX_STEPS:
        name = waiting.pop()
        if name in scripts and name not in seen:
            seen.add(name)
            command = str(scripts[name])
            yield command
            waiting.extend(match["name"] for match in _ANOTHER.finditer(command))


def _files(home: str, command: str, folder: Folder) -> Iterator[str]:
    for match in _FILE.finditer(command):
        content = folder.read(posixpath.normpath(posixpath.join(home, match["path"])), limit=256 * 1024)
        if content is not None:
            yield content.decode(errors="replace")
