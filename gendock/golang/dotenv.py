"""`.env`: the file of variables that a program does not start without.

godotenv and viper report an error where the file is missing, and many programs end by it. In an image the
variables come from the environment, so that the file has to be there and may be empty.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from gendock.golang.endings import ends_without
from gendock.golang.needs import EnvFile
from gendock.golang.syntax import arguments, callee, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from gendock.golang.folder import Folder
    from gendock.golang.sources import Sources
    from gendock.golang.syntax import Syntax
    from gendock.golang.values import Evaluator

_LOADERS = ("github.com/joho/godotenv", "github.com/subosito/gotenv")
_LOADS = frozenset(("Load", "Overload", "Read", "OverLoad"))
_SETTERS = ("SetConfigFile", "SetConfigType", "SetConfigName", "AddConfigPath")
_FOLDER = re.compile(r"(?:\./)?[\w-][\w.-]*(?:/[\w-][\w.-]*)*/?|\.")
_NAME = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=", re.MULTILINE)
_EXAMPLES = re.compile(
    r"(?:^|/)(?:\.?env\.(?:example|sample|template|dist|tmpl)|(?:example|sample)\.env|\.env-(?:example|sample))$"
)


def find_env_file(
    sources: Sources, evaluator: Evaluator, folder: Folder, files: Iterable[str]
) -> EnvFile | None:
    """Find the file of variables that a program ends without."""
    for syntax, call, path in _loads(sources, evaluator):
        if not sources.is_unused(call, syntax) and ends_without(call):
            return EnvFile(path, (), syntax.evidence(call))
    for syntax in sources.mentioning(b"ReadInConfig("):
        named = _viper_file(sources, evaluator, syntax.file.path)
        for call in syntax.calls_of.get("ReadInConfig", ())[:1]:
            if named is not None and named not in files and ends_without(call):
                return EnvFile(named, _names(folder, files), syntax.evidence(call))
    return None


def _loads(sources: Sources, evaluator: Evaluator) -> Iterator[tuple[Syntax, Node, str]]:
    for syntax in sources.mentioning(b"godotenv.", b"gotenv."):
        for call in syntax.calls:
            operand, name = callee(call)
            package = None if operand is None else syntax.import_names.get(text_of(operand))
            if name in _LOADS and package in _LOADERS:
                given = arguments(call)
                path = _path(given[0], syntax, evaluator) if given else ".env"
                if path is not None:
                    yield syntax, call, path


def _path(argument: Node, syntax: Syntax, evaluator: Evaluator) -> str | None:
    """The path of the file; what stands before it in a Join and is not known is taken for nothing."""
    if argument.type == "call_expression" and callee(argument)[1] == "Join":
        parts = [evaluator.text(part, syntax) for part in arguments(argument)]
        written: str | None = posixpath.join(*(part or "" for part in parts)) if parts else None
    else:
        written = evaluator.text(argument, syntax)
    if not written or not re.fullmatch(r"(?:\./)?[\w.-]+(?:/[\w.-]+)*", written) or ".." in written:
        return None
    return posixpath.normpath(written)


def _viper_file(sources: Sources, evaluator: Evaluator, path: str) -> str | None:
    """The file of variables that viper reads: SetConfigFile(".env"), or a name with the type env."""
    set_here: dict[str, list[str]] = {}
    for syntax in sources.mentioning(*(f".{name}(".encode() for name in _SETTERS)):
        for call in syntax.calls if syntax.file.path == path else ():
            name, given = callee(call)[1], arguments(call)
            if name in _SETTERS and given:
                texts = (value.text for value in evaluator.values(given[0], syntax))
                set_here.setdefault(name, []).extend(text for text in texts if text)
    for written in set_here.get("SetConfigFile", ()):
        if written.endswith(".env") and ".." not in written and not written.startswith("/"):
            return posixpath.normpath(written)
    kinds = set_here.get("SetConfigType", ())
    where = next((one for one in set_here.get("AddConfigPath", ()) if _FOLDER.fullmatch(one)), ".")
    for written in set_here.get("SetConfigName", ()):
        if (written == ".env" or "env" in kinds) and "/" not in written:
            file = written if written.endswith(".env") else f"{written}.env"
            return posixpath.normpath(posixpath.join(where, file))
    return None


def _names(folder: Folder, files: Iterable[str]) -> tuple[str, ...]:
    """The names in the repository's example of the file; never a value."""
    example = min((path for path in files if _EXAMPLES.search(path)), key=len, default=None)
    content = None if example is None else folder.read(example, limit=64 * 1024)
    return () if content is None else tuple(dict.fromkeys(_NAME.findall(content.decode(errors="replace"))))
