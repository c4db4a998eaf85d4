"""Files and folders of the repository that a program opens while it runs, by the literals in its source.

A relative path counts where it exists in the program's module and stands in a call that opens, parses, serves
or migrates, or where the text can hardly be anything but a path, as `./config/app.yaml` is. What a
configuration file names counts as well. Go source, and the module's folder itself, are never runtime files.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from gendock.golang.configs import SUFFIXES as CONFIGURATION_SUFFIXES
from gendock.golang.configs import configuration_names
from gendock.golang.embeds import embedded_roots
from gendock.golang.guards import for_developers
from gendock.golang.literals import IS_CONFIGURATION, NOT_READ, READ_AT_RUN_TIME, path_literals, wanted_of
from gendock.golang.needs import RuntimeFile
from gendock.golang.syntax import arguments, callee, string_value, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tree_sitter import Node

    from gendock.golang.configs import Setting
    from gendock.golang.facts import Evidence
    from gendock.golang.sources import Sources
    from gendock.golang.syntax import Syntax
    from gendock.golang.values import Evaluator

    _Names = Sequence[tuple[str, Evidence]]  # paths without their suffix, and who looks there

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
# As methods, these belong to stores of all kinds: sync.Map loads, buckets are walked.
_METHODS = frozenset(("Stat", "OpenFile", "Walk", "WalkDir", "Glob", "Load"))
_OPENING = re.compile(rf"(?:{'|'.join(sorted(_OPENERS))})\(".encode())
_SEVERAL = 3
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
    reading = tuple(_worth_reading(sources, bases, known_files))
    aside = frozenset(for_developers(reading, _OPENERS))
    for syntax in reading:
        for call in syntax.calls:
            name = callee(call)[1]
            if (name not in _OPENERS and name != _CONSTRUCTOR) or _is_embedded(call, syntax):
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
                        evidence = syntax.evidence(argument)
                        if evidence not in aside:
                            found.setdefault(path, RuntimeFile(path, is_folder, evidence, base))
                        break
    names = tuple(configuration_names(sources, evaluator))
    found |= _configuration(names, bases, known_files, found)
    found |= _examples(sources, names, bases, known_files)
    for place in _named_plainly(sources, bases, known_files, known_folders):
        if place.evidence not in aside:
            found.setdefault(place.path, place)
    return _uncovered(_with_folders(found, known_files))


def _configuration(
    names: _Names, bases: Sequence[str], files: frozenset[str], found: Mapping[str, RuntimeFile]
) -> dict[str, RuntimeFile]:
    """The configuration files that viper looks for, by whatever suffix they have."""
    return {
        path: RuntimeFile(path, is_folder=False, evidence=evidence, base=base)
        for name, evidence in names
        for base in bases
        for suffix in CONFIGURATION_SUFFIXES
        if (path := _repository_path(f"{name}{suffix}", base)) is not None
        and path in files
        and path not in found
    }


def _with_folders(found: dict[str, RuntimeFile], files: frozenset[str]) -> dict[str, RuntimeFile]:
    """Take a whole folder where several of its files are named: templates include each other."""
    by_folder: dict[str, list[RuntimeFile]] = {}
    for place in found.values():
        parent = posixpath.dirname(place.path)
        if not place.is_folder and parent not in {"", place.base} and "." not in posixpath.basename(parent):
            by_folder.setdefault(parent, []).append(place)
    for parent, places in by_folder.items():
        if len(places) >= _SEVERAL and not _holds_go(parent, files):
            found.setdefault(parent, RuntimeFile(parent, True, places[0].evidence, places[0].base))  # noqa: FBT003
    return found


def _uncovered(found: Mapping[str, RuntimeFile]) -> tuple[RuntimeFile, ...]:
    """What no other of the paths covers, sorted; examples keep their place, as they go by another name."""
    folders = {path for path, place in found.items() if place.is_folder}
    return tuple(
        found[path]
        for path in sorted(found)
        if found[path].wanted is not None
        or not any(path[:index] in folders for index, char in enumerate(path) if char == "/")
    )


def with_configured(
    places: Sequence[RuntimeFile],
    settings: Iterable[Setting],
    base: str,
    files: Iterable[str],
    folders: Iterable[str],
) -> tuple[RuntimeFile, ...]:
    """Add what the settings in a program's configuration files name."""
    known_files, known_folders = frozenset(files), frozenset(folders)
    found = {place.path: place for place in places}
    for setting in settings:
        path = _repository_path(setting.value, base)
        if path is None or NOT_READ.search(path):
            continue
        if "/" in setting.value and path not in known_folders and path not in known_files:
            beginning, path = path, posixpath.dirname(path)  # `db/db_`, which the program completes
            if not path or not any(name.startswith(beginning) for name in known_folders):
                continue
        is_folder = path in known_folders
        if (is_folder and not _is_source(path, known_files)) or (
            path in known_files and not path.endswith(".go")
        ):
            found.setdefault(path, RuntimeFile(path, is_folder, setting.evidence, base))
    return _uncovered(found)


def _named_plainly(
    sources: Sources, bases: Sequence[str], files: frozenset[str], folders: frozenset[str]
) -> Iterator[RuntimeFile]:
    """Yield what literals name that can hardly be anything but paths, and that no embed directive names."""
    embedded = {root for package in sources.packages for root in embedded_roots(package)}
    tops = _tops(bases, files)
    for written, evidence in path_literals(sources, lambda text: text.partition("/")[0] in tops):
        is_path = written.startswith("./") or "/" in written  # `pages/` is rather a folder than a word
        for base in bases if is_path or written.endswith(READ_AT_RUN_TIME) else ():
            path = _repository_path(written, base)
            if path is None or NOT_READ.search(path) or _is_within(path, embedded):
                continue
            is_file = path in files and path.endswith(READ_AT_RUN_TIME)
            is_folder = is_path and path in folders and not _holds_go(path, files)
            if is_file or is_folder:
                yield RuntimeFile(path, is_folder, evidence, base)
                break


def _examples(
    sources: Sources, looked_for: _Names, bases: Sequence[str], files: frozenset[str]
) -> dict[str, RuntimeFile]:
    """The examples of configuration files that the program opens and the repository does not have."""
    examples: dict[str, str] = {}
    for example in sorted(files):
        stands_for = wanted_of(example)
        if stands_for is not None and stands_for not in files:
            examples.setdefault(stands_for, example)
    here = {path.rpartition("/")[2] for path in files if IS_CONFIGURATION.fullmatch(path.rpartition("/")[2])}
    names = {path.rpartition("/")[2] for path in examples} | here
    written = list(path_literals(sources, lambda text: text.rpartition("/")[2] in names)) if names else []
    written += [
        (f"{name}{suffix}", evidence) for name, evidence in looked_for for suffix in CONFIGURATION_SUFFIXES
    ]
    searched = {evidence for _, evidence in looked_for}
    found: dict[str, RuntimeFile] = {}
    for text, evidence in written:
        paths = [(base, path) for base in bases if (path := _repository_path(text, base)) is not None]
        if any(path in files for _, path in paths):
            continue
        for base, path in paths:
            # The example of the file, or the file itself where it stands at the top.
            name = posixpath.basename(path)
            instead = examples.get(path) or (
                posixpath.normpath(posixpath.join(base, name)) if name in here else ""
            )
            plain = f"{posixpath.dirname(path)}/example{posixpath.splitext(path)[1]}"
            instead = instead or (plain if evidence in searched else "")
            if instead in files and instead not in found:
                found[instead] = RuntimeFile(instead, False, evidence, base, path)  # noqa: FBT003
    return found


def _tops(bases: Iterable[str], files: Iterable[str]) -> frozenset[str]:
    """The first parts of all paths, as they are named from one of the bases."""
    prefixes = {"" if base == "." else f"{base}/" for base in bases}
    return frozenset(
        path.removeprefix(prefix).partition("/")[0]
        for prefix in prefixes
        for path in files
        if path.startswith(prefix)
    )


def _is_within(path: str, roots: Iterable[str]) -> bool:
    return any(path == root or path.startswith(f"{root}/") for root in roots)


def _holds_go(folder: str, files: frozenset[str]) -> bool:
    """Whether a folder is a package: its name in a literal is rather an import path or a route."""
    prefix = f"{folder}/"
    return any(path.startswith(prefix) and path.endswith(".go") for path in files)


def _worth_reading(sources: Sources, bases: Iterable[str], files: frozenset[str]) -> Iterator[Syntax]:
    """Yield the files with a call that opens something, of packages that could name what is there.

    A package could if it, or one that it imports, has a literal that starts like a path from a base.
    """
    tops = {top for top in _tops(bases, files) if not top.endswith(".go")}
    naming = {
        file.package.folder
        for file in sources.files
        if any(text.startswith("../") or not tops.isdisjoint(text.split("/")) for text in file.texts)
    }
    importing = {
        package.folder
        for package in sources.packages
        for _, item in package.imports
        if naming and (found := sources.find(item.path)) is not None and found.folder in naming
    }
    folders = naming | importing
    starts = "|".join(sorted(re.escape(top) for top in tops))
    written = re.compile(rf"[\"`](?:file://)?(?:\.{{1,2}}/|(?:{starts})[/\"`*?\[{{])".encode())
    for syntax in sources.calling(*sorted(_OPENERS), _CONSTRUCTOR):
        if syntax.package.folder in folders and (_OPENING.search(syntax.text) or written.search(syntax.text)):
            yield syntax


def _texts(argument: Node, syntax: Syntax, evaluator: Evaluator) -> Iterator[str]:
    if argument.type == "call_expression" and callee(argument)[1] in {"Join", "Dir"}:
        parts = [evaluator.text(part, syntax) for part in arguments(argument)]
        if parts and all(part is not None for part in parts):
            yield posixpath.join(*(part for part in parts if part is not None))
    elif (literal := string_value(argument)) is not None:
        yield literal
    elif (
        argument.type in {"identifier", "selector_expression", "binary_expression"}
        or callee(argument)[1] == "Sprintf"
    ):
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


def _is_embedded(call: Node, syntax: Syntax) -> bool:
    """Whether a call reads from an embedded file system, `assets.ReadFile(...)`, or from no files at all."""
    operand, name = callee(call)
    if operand is None:
        return False
    if name in {"Open", "ReadFile", "ReadDir"}:
        return text_of(operand) not in {"os", "ioutil", "afero"}
    return name in _METHODS and text_of(operand) not in syntax.import_names
