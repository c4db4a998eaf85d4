"""Files and folders of the repository that a program opens while it runs, by the literals in its calls.

A relative path counts where it exists in the program's module and stands in a call that opens, parses, serves
or migrates. Go source, and the module's folder itself, are never runtime files.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from gendock.golang.facts import RuntimeFile
from gendock.golang.syntax import arguments, callee, string_value, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tree_sitter import Node

    from gendock.golang.syntax import Sources, Syntax
    from gendock.golang.values import Evaluator

_OPENERS = frozenset((
    "Open", "OpenFile", "ReadFile", "ReadDir", "Stat", "ParseFiles", "ParseGlob", "LoadHTMLGlob",
    "LoadHTMLFiles", "Dir", "DirFS", "Static", "StaticFile", "StaticFS", "ServeFile", "File",
    "NewWithDatabaseInstance", "Glob", "Walk", "WalkDir", "SetConfigFile", "AddConfigPath",
    "SendFile", "NewFileSystem", "FileServer", "LoadMessageFile", "MustLoadMessageFile", "LoadFile",
    "Load", "DecodeFile", "Directory", "LoadTemplates", "LoadConfig", "FileExists", "SetStaticPath",
    "ReadConfig",
))  # fmt: skip
# Constructors of template engines and migrations: too many functions go by that name, so literals count only.
_CONSTRUCTOR = "New"
_WORDS = (b'New("', *(f"{name}(".encode() for name in sorted(_OPENERS)))
_SCHEME = re.compile(r"^file://(?:\.?/)?")
_GLOB = re.compile(r"[*?\[{]")
_NEVER = frozenset(
    (".", "..", "", "/", "cmd", "internal", "pkg", "vendor", ".git", "go.mod", "go.sum", ".env")
)


def find_runtime_files(
    sources: Sources, evaluator: Evaluator, bases: Sequence[str], files: Iterable[str], folders: Iterable[str]
) -> tuple[RuntimeFile, ...]:
    """Find what a program opens of the repository.

    Args:
        sources: the program's own files.
        evaluator: follows constants and variables.
        bases: where a person may start the program, the likeliest first: its module, its package, the top.
        files: all files of the repository.
        folders: all folders of the repository.

    Returns:
        Paths relative to the repository, without any that another covers, sorted.
    """
    known_files, known_folders = frozenset(files), frozenset(folders)
    found: dict[str, RuntimeFile] = {}
    for syntax in _worth_reading(sources, bases, known_files):
        for call in syntax.calls:
            name = callee(call)[1]
            if (name not in _OPENERS and name != _CONSTRUCTOR) or _is_embedded(call):
                continue
            for argument in arguments(call)[:3]:
                if name == _CONSTRUCTOR and string_value(argument) is None:
                    continue
                for written in _texts(argument, syntax, evaluator):
                    for base in bases:
                        path = _repository_path(written, base)
                        is_folder = path in known_folders
                        if path is None or not (
                            (is_folder and not _is_source(path, known_files))
                            or (path in known_files and not path.endswith(".go"))
                        ):
                            continue
                        place = syntax.evidence(argument)
                        found.setdefault(path, RuntimeFile(path, is_folder, place, base))
                        break
    covered = [path for path in found if any(path.startswith(f"{other}/") for other in found)]
    return tuple(found[path] for path in sorted(found) if path not in covered)


def _worth_reading(sources: Sources, bases: Iterable[str], files: frozenset[str]) -> Iterator[Syntax]:
    """Yield the files with a call that opens something, of packages that could name what is there.

    A package could if it, or one that it imports, has a literal that starts like a path from a base.
    """
    prefixes = {"" if base == "." else f"{base}/" for base in bases}
    tops = {
        path.removeprefix(prefix).partition("/")[0]
        for prefix in prefixes
        for path in files
        if path.startswith(prefix)
    }
    names = b"|".join(re.escape(top.encode()) for top in sorted(tops) if not top.endswith(".go"))
    literal = re.compile(rb"[\"`/](?:" + names + rb")[/\"`*]")
    naming = {
        package.folder
        for package in sources.packages
        if names and any(literal.search(file.text) for file in package.files)
    }
    importing = {
        package.folder
        for package in sources.packages
        for _, item in package.imports
        if naming and (found := sources.find(item.path)) is not None and found.folder in naming
    }
    for syntax in sources.mentioning(*_WORDS):
        if syntax.package.folder in naming | importing:
            yield syntax


def _texts(argument: Node, syntax: Syntax, evaluator: Evaluator) -> Iterator[str]:
    if argument.type == "call_expression" and callee(argument)[1] in {"Join", "Dir"}:
        parts = [evaluator.text(part, syntax) for part in arguments(argument)]
        if parts and all(part is not None for part in parts):
            yield posixpath.join(*(part for part in parts if part is not None))
    elif (literal := string_value(argument)) is not None:
        yield literal
    elif argument.type in {"identifier", "selector_expression", "binary_expression"}:
        yield from (value.text for value in evaluator.values(argument, syntax) if value.text is not None)


def _repository_path(written: str, module_folder: str) -> str | None:
    """A path relative to the repository; None where the text is no relative path below the module."""
    text = _SCHEME.sub("", written)
    if not text or text.startswith(("/", "~")) or "\n" in text or len(text) > 300 or "://" in text:
        return None
    glob = _GLOB.search(text)
    if glob:
        text = text[: glob.start()].rpartition("/")[0]
    path = posixpath.normpath(posixpath.join(module_folder, text)) if text else "."
    if path in _NEVER or path.startswith((".", "../")) or "/." in path or path == module_folder:
        return None
    return path


def _is_source(folder: str, files: frozenset[str]) -> bool:
    """Whether a folder holds nothing but Go packages."""
    below = [path for path in files if path.startswith(f"{folder}/")]
    return all(path.endswith(".go") for path in below)


def _is_embedded(call: Node) -> bool:
    """Whether a call reads from an embedded file system: `assets.ReadFile(...)`."""
    operand, name = callee(call)
    return (
        name in {"Open", "ReadFile", "ReadDir"}
        and operand is not None
        and text_of(operand) not in {"os", "ioutil", "afero"}
    )
