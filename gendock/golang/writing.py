"""Files and folders that a program writes: databases in a file, uploads, logs, whatever it makes folders for.

The working directory of an image belongs to root unless somebody sees to it, and that is noticed when the
program first writes. So a call that writes counts even where its path cannot be known.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from gendock.golang.facts import Evidence
from gendock.golang.needs import WrittenPath
from gendock.golang.syntax import arguments, callee, enclosing_functions, string_value, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from gendock.golang.sources import Sources
    from gendock.golang.syntax import Syntax
    from gendock.golang.values import Evaluator

_FOLDERS = frozenset(("Mkdir", "MkdirAll"))
_FILES = frozenset(("Create", "WriteFile", "OpenFile"))
# What opens a database that is a file or a folder: package, function, position of the path, is it a folder?
_DATABASES = {
    "go.etcd.io/bbolt": ("Open", 0, False),
    "github.com/boltdb/bolt": ("Open", 0, False),
    "github.com/dgraph-io/badger": ("DefaultOptions", 0, True),
    "github.com/syndtr/goleveldb/leveldb": ("OpenFile", 0, True),
    "github.com/cockroachdb/pebble": ("Open", 0, True),
    "github.com/blevesearch/bleve": ("New", 0, True),
    "github.com/tidwall/buntdb": ("Open", 0, False),
    "gorm.io/driver/sqlite": ("Open", 0, False),
    "github.com/glebarez/sqlite": ("Open", 0, False),
    "github.com/ncruces/go-sqlite3/gormlite": ("Open", 0, False),
    "github.com/nutsdb/nutsdb": ("WithDir", 0, True),
    "github.com/ostafen/clover": ("Open", 0, True),
    "crawshaw.io/sqlite/sqlitex": ("Open", 0, False),
    "github.com/lestrrat-go/file-rotatelogs": ("New", 0, False),
    "github.com/lestrrat/go-file-rotatelogs": ("New", 0, False),
}
# Fields of literals that name the files of logs, and what is in such a field besides.
_LOG_FIELDS = {"lumberjack": "Filename", "zap": "OutputPaths"}
_LOG_STREAMS = frozenset(("stdout", "stderr"))
_SQLITE = re.compile(r"sqlite3?|libsql|duckdb")
_SQLITE_OPENERS = frozenset(("Open", "Connect", "MustConnect", "MustOpen", "ConnectContext", "NewEngine"))
_READ_ONLY = re.compile(r"\bO_RDONLY\b")
# The folders at the root that programs keep data in; others belong to the system, or are no paths but routes.
_DATA_ROOTS = frozenset((
    "data", "var", "opt", "srv", "app", "storage", "uploads", "db", "database", "logs", "config", "cache",
    "media", "state", "mnt", "files",
))  # fmt: skip
_DATA_FOLDERS = _DATA_ROOTS | frozenset((
    "dbs", "log", "upload", "images", "assets", "public", "static", "backup", "backups", "runtime", "output",
    "out", "downloads", "download", "documents", "pictures", "videos", "keys", "certs", "sessions", "temp",
    "tmp", "store", "attachments", "avatars", "pb_data", "artifacts", "exports", "reports",
))  # fmt: skip
# Frameworks that write beside the executable, and the folder.
_FRAMEWORKS = {"github.com/pocketbase/pocketbase": "pb_data"}
_FEW = 2
_PLAIN = re.compile(r"/?[\w.@+-]+(?:/[\w.@+-]+)*", re.ASCII)


def find_written(sources: Sources, evaluator: Evaluator) -> tuple[WrittenPath, ...]:
    """Find what a program writes, the paths that are known first and each folder once."""
    found: dict[str, WrittenPath] = {}
    for name, evidence in _frameworks(sources):
        found[name] = WrittenPath(name, True, evidence)  # noqa: FBT003
    for syntax in _worth_reading(sources):
        for call in syntax.calls:
            for path, is_folder in _written(call, syntax, evaluator):
                ends = path is not None and path.endswith("/")
                place = written_path(path, syntax.evidence(call), is_folder=is_folder or ends)
                if place is not None and not sources.is_unused(call, syntax):
                    found.setdefault(place.path, place)
    for text, evidence in _logs(sources, evaluator):
        place = written_path(text, evidence, is_folder=False)
        if place is not None:
            found.setdefault(place.path, place)
    return tuple(sorted(found.values(), key=lambda place: (not place.path, place.path)))


def _logs(sources: Sources, evaluator: Evaluator) -> Iterator[tuple[str | None, Evidence]]:
    """Yield the files of logs that lumberjack and zap write."""
    imported = [path.split("/") for path in sources.imports]
    for package, field in _LOG_FIELDS.items():
        if not any(part.partition(".")[0] == package for parts in imported for part in parts[-2:]):
            continue
        for syntax in sources.mentioning(field.encode()):
            listed = list(syntax.pairs_of.get(field, ()))
            listed += [binding.value for binding in syntax.bindings_of.get(field, ())]
            for value in listed:
                if sources.is_unused(value, syntax):
                    continue
                for text in _log_texts(value, syntax, evaluator):
                    if text not in _LOG_STREAMS:
                        yield text, syntax.evidence(value)


def _log_texts(value: Node, syntax: Syntax, evaluator: Evaluator) -> Iterator[str | None]:
    """Yield the paths in the field of a log: one, or a list of them."""
    body = value.child_by_field_name("body") if value.type == "composite_literal" else None
    if value.type == "composite_literal":
        for element in () if body is None else body.named_children:
            inner = element.named_children[0] if element.type == "literal_element" else element
            yield from _texts(inner, syntax, evaluator)
    else:
        yield from _texts(value, syntax, evaluator)


def _worth_reading(sources: Sources) -> Iterator[Syntax]:
    """Yield the declarations that write, or open a database whose package the program imports."""
    names = {name for path, (name, _, _) in _DATABASES.items() if sources.imports_any((path,))}
    drivers = any(_SQLITE.search(path) for path in sources.imports)
    literal = any(_SQLITE.match(text) for file in sources.files for text in file.texts)
    return sources.calling(
        *sorted({*_FOLDERS, *_FILES, *names, *(_SQLITE_OPENERS if drivers or literal else ())})
    )


def find_beside_itself(sources: Sources) -> Evidence | None:
    """Find the place that asks where the executable stands, to look for files beside it."""
    for _, evidence in _frameworks(sources):
        return evidence
    for syntax in sources.mentioning(b"os.Executable()", b"filepath.Dir(os.Args[0])", b"osext."):
        for call in syntax.calls:
            operand, name = callee(call)
            asked = name == "Executable" and operand is not None and text_of(operand) in {"os", "osext"}
            first = arguments(call)[:1]
            if not asked and not (name == "Dir" and [text_of(one) for one in first] == ["os.Args[0]"]):
                continue
            around = next(enclosing_functions(call), None)
            body = b"" if around is None else around.text or b""
            if b"filepath.Dir(" in body and not sources.is_unused(call, syntax):
                return syntax.evidence(call)
    return None


def _frameworks(sources: Sources) -> Iterator[tuple[str, Evidence]]:
    for module, name in _FRAMEWORKS.items():
        for package in sources.packages:
            for file, item in package.imports:
                if item.path == module:
                    yield name, Evidence(file.path, item.line)
                    return


def written_path(text: str | None, evidence: Evidence, *, is_folder: bool) -> WrittenPath | None:
    """A path as the image has to have it; None where nothing has to be done for it.

    Temporary folders are there, system folders are no place for data, and a path that is not plain says no
    more than that something is written.
    """
    if text is None:
        return WrittenPath("", is_folder, evidence)
    path = re.sub(r"^file:(?://)?", "", text).partition("?")[0].rstrip("/")
    if text.startswith(":memory:") or not path or "mode=memory" in text:
        return None
    if "%" in path:  # a name with the time in it
        path, is_folder = posixpath.dirname(path.partition("%")[0]), True
    path = posixpath.normpath(path)
    found = WrittenPath(path, is_folder, evidence)
    if path.startswith("/") and not found.is_at_root and path.split("/")[1] not in _DATA_ROOTS:
        return None
    if not _PLAIN.fullmatch(path) or path.startswith(".") or not _looks_written(path, is_folder=is_folder):
        return WrittenPath("", is_folder, evidence)
    return found


def _looks_written(path: str, *, is_folder: bool) -> bool:
    """Whether a text is a path, and no other word that goes by the same name in the source."""
    parts = path.lstrip("/").split("/")
    if parts[0].isdigit() or any(part.startswith("-") for part in parts):
        return False
    if is_folder:
        return len(parts) > 1 or parts[0].lower() in _DATA_FOLDERS
    return "." in parts[-1][1:] or not _DATA_FOLDERS.isdisjoint(part.lower() for part in parts[:-1])


def _written(call: Node, syntax: Syntax, evaluator: Evaluator) -> Iterator[tuple[str | None, bool]]:
    """Yield each path that a call writes, and whether it is a folder."""
    operand, name = callee(call)
    if operand is None:
        return
    given = arguments(call)
    package = syntax.import_names.get(text_of(operand), "")
    if package in {"os", "io/ioutil", "github.com/spf13/afero"} and given:
        if name in _FOLDERS:
            yield from ((text, True) for text in _texts(given[0], syntax, evaluator))
        elif name in _FILES and not (name == "OpenFile" and _READ_ONLY.search(text_of(call))):
            yield from ((text, False) for text in _texts(given[0], syntax, evaluator))
        return
    database = next((known for path, known in _DATABASES.items() if _is_below(package, path)), None)
    if database is not None and name == database[0] and len(given) > database[1]:
        yield from ((text, database[2]) for text in _texts(given[database[1]], syntax, evaluator))
    elif name in _SQLITE_OPENERS and len(given) >= 2:
        driver = string_value(given[0]) or evaluator.text(given[0], syntax)
        if driver is not None and _SQLITE.search(driver):
            yield from ((text, False) for text in _texts(given[1], syntax, evaluator))


def _is_below(package: str, module: str) -> bool:
    return package == module or package.startswith(f"{module}/")


def _texts(argument: Node, syntax: Syntax, evaluator: Evaluator) -> Iterator[str | None]:
    """Yield what a path can be: None where it cannot be known, a folder and a slash where no more can."""
    if argument.type == "call_expression" and callee(argument)[1] == "Join":
        known: list[str] = []
        for part in arguments(argument):
            texts = _distinct(part, syntax, evaluator)
            if not 0 < len(texts) <= _FEW:
                yield posixpath.join(*known, "") if known and any(known) else None
                return
            known.append(texts[0])
        yield _without_time(posixpath.join(*known)) if known else None
        return
    if argument.type == "call_expression" and callee(argument)[1] == "Dir" and arguments(argument):
        for text in _texts(arguments(argument)[0], syntax, evaluator):
            yield None if text is None else posixpath.dirname(text)
        return
    texts = _distinct(argument, syntax, evaluator)
    if len(texts) > _FEW:  # names that are made of something else: what they share is the folder at most
        shared = posixpath.commonprefix(texts).rpartition("/")[0]
        yield f"{shared}/" if shared else None
        return
    yield from map(_without_time, texts)
    if not texts:
        yield None


def _distinct(expression: Node, syntax: Syntax, evaluator: Evaluator) -> list[str]:
    texts = (value.text for value in evaluator.values(expression, syntax))
    return list(dict.fromkeys(text for text in texts if text is not None))


def _without_time(path: str) -> str:
    """A path up to the part with a layout of time.Format, which is another one each time."""
    before, layout, _ = path.partition("2006")
    return f"{before.rpartition('/')[0]}/" if layout and "/" in before else path
