"""Packages: the Go files of each folder, what they import, and which packages a program reaches.

Only a file's head is read here, by a scanner that knows comments, the package clause and imports. Parsing
whole files is left to those who need more of the few that matter.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gendock.golang.constraints import header_holds, name_holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gendock.golang.facts import Module
    from gendock.golang.folder import Folder

_GAP = rb"(?:\s|//[^\n]*(?:\n|\Z)|/\*.*?\*/|;)*"
_PACKAGE = re.compile(_GAP + rb"package\s+([A-Za-z_]\w*)", re.DOTALL)
_IMPORT = re.compile(_GAP + rb"import\b[ \t]*(\(?)", re.DOTALL)
_SPEC = re.compile(_GAP + rb"(?:([A-Za-z_.][\w]*)[ \t]*)?(?:\"([^\"\n]*)\"|`([^`]*)`)", re.DOTALL)
_CLOSE = re.compile(_GAP + rb"\)", re.DOTALL)
_IS_MAIN = re.compile(rb"package\s{1,99}main\b")
_MAIN = re.compile(rb"^func[ \t]+main[ \t]*\([ \t]*\)", re.MULTILINE)
_NATIVE = (
    ".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx", ".f", ".F", ".s", ".S", ".sx",
    ".swig", ".swigcxx", ".syso",
)  # fmt: skip
_NO_PACKAGES_BELOW = frozenset(("testdata", "vendor", "node_modules"))


@dataclass(frozen=True, slots=True)
class Import:
    """One import: its path, the name it goes by in the file ("" where none is written), its line."""

    path: str
    alias: str
    line: int


@dataclass(frozen=True, slots=True)
class GoFile:
    """The head of a Go file that is part of a linux build, and the file's text."""

    path: str
    package: str
    imports: tuple[Import, ...]
    without_cgo: bool
    text: bytes = field(repr=False)
    embeds: bool = False

    @property
    def cgo_line(self) -> int | None:
        """The line of `import "C"`, if there is one."""
        return next((item.line for item in self.imports if item.path == "C"), None)

    @property
    def main_line(self) -> int | None:
        """The line of `func main()` in package main, if there is one."""
        match = _MAIN.search(self.text) if self.package == "main" else None
        return None if match is None else line_of(self.text, match.start())


@dataclass(frozen=True, slots=True)
class Package:
    """One folder's Go files that a linux build reads, and files in other languages beside them."""

    folder: str
    files: tuple[GoFile, ...]
    native_files: tuple[str, ...]

    @property
    def imports(self) -> Iterator[tuple[GoFile, Import]]:
        """Every import of every file."""
        return ((file, item) for file in self.files for item in file.imports)


def line_of(text: bytes, offset: int) -> int:
    """The line, counted from 1, of a byte offset."""
    return text.count(b"\n", 0, offset) + 1


def read_file(path: str, text: bytes, tags: frozenset[str] = frozenset()) -> GoFile | None:
    """Read a file's head; None where it is no part of a linux build or no Go."""
    text = text.removeprefix(b"\xef\xbb\xbf")
    match = _PACKAGE.match(text)
    if match is None:
        return None
    header = text[: match.start(1)]
    if not header_holds(header, cgo=True, tags=tags) and not header_holds(header, cgo=False, tags=tags):
        return None
    imports = tuple(_imports(text, match.end()))
    without_cgo = header_holds(header, cgo=False, tags=tags) and not any(item.path == "C" for item in imports)
    return GoFile(path, match[1].decode(), imports, without_cgo, text, b"//go:embed" in text)


def _imports(text: bytes, position: int) -> Iterator[Import]:
    while match := _IMPORT.match(text, position):
        position = match.end()
        while spec := _SPEC.match(text, position):
            position = spec.end()
            path = (spec[2] if spec[2] is not None else spec[3]).decode(errors="replace")
            alias = (spec[1] or b"").decode(errors="replace")
            yield Import(path, alias, line_of(text, spec.start(2) if spec[2] is not None else spec.start(3)))
            if not match[1]:
                break
        if match[1]:
            close = _CLOSE.match(text, position)
            if close is None:
                return
            position = close.end()


class Packages:
    """Every package of the repository's own modules, by folder."""

    def __init__(
        self,
        folder: Folder,
        files: Iterable[str],
        modules: Iterable[Module],
        tags: frozenset[str] = frozenset(),
    ) -> None:
        """Take the files below the modules' folders."""
        self._modules = sorted(modules, key=lambda module: len(module.path), reverse=True)
        self._folders = {module.folder for module in self._modules}
        self._folder = folder
        self._tags = tags
        self._known: dict[str, Package | None] = {}
        self._found: dict[str, Package | None] = {}
        self._reached: dict[str, tuple[Package, ...]] = {}
        self._texts: dict[str, bytes | None] = {}
        self._paths: dict[str, list[str]] = {}
        for path in files:
            parent, _, name = path.rpartition("/")
            if name.endswith((".go", *_NATIVE)):
                self._paths.setdefault(parent or ".", []).append(path)
        for parent in [parent for parent in self._paths if not _can_hold_package(parent)]:
            del self._paths[parent]

    def __iter__(self) -> Iterator[Package]:
        """Every package, by folder."""
        return (package for folder in self._paths if (package := self.get(folder)) is not None)

    def get(self, folder: str) -> Package | None:
        """The package in a folder; its files are read when it is first asked for."""
        if folder not in self._known:
            self._known[folder] = self._read(folder)
        return self._known[folder]

    def mains(self) -> Iterator[Package]:
        """Every package with a file that may belong to package main."""
        for folder, paths in self._paths.items():
            if any(_IS_MAIN.search(self._text(path) or b"") for path in paths if path.endswith(".go")):
                package = self.get(folder)
                if package is not None:
                    yield package

    def _read(self, folder: str) -> Package | None:
        found = []
        for path in self._paths.get(folder, ()):
            text = self._text(path)
            file = None if text is None else read_file(path, text, self._tags)
            if file is not None and file.package != "documentation":
                found.append(file)
        native = tuple(path for path in self._paths.get(folder, ()) if path.endswith(_NATIVE))
        return Package(folder, tuple(found), native) if found else None

    def _text(self, path: str) -> bytes | None:
        """The text of a Go file that linux builds by its name."""
        if path not in self._texts:
            wanted = name_holds(path.rpartition("/")[2])
            self._texts[path] = self._folder.read(path) if wanted else None
        return self._texts[path]

    def module_folder(self, folder: str) -> str | None:
        """The folder of the module that a package's folder belongs to."""
        while True:
            if folder in self._folders:
                return folder
            if folder == ".":
                return None
            folder = folder.rpartition("/")[0] or "."

    def find(self, path: str) -> Package | None:
        """The package with an import path, if it is the repository's own."""
        if path not in self._found:
            folders = (
                posixpath.normpath(f"{module.folder}/{path.removeprefix(module.path)}")
                for module in self._modules
                if path == module.path or path.startswith(f"{module.path}/")
            )
            found = (package for folder in folders if (package := self.get(folder)) is not None)
            self._found[path] = next(found, None)
        return self._found[path]

    def own_folder(self, path: str) -> str | None:
        """The folder that an import path of the repository's own modules stands for, there or not."""
        for module in self._modules:
            if path == module.path:
                return module.folder
            if path.startswith(f"{module.path}/"):
                if any(one.path == path or path.startswith(f"{one.path}/") for one in module.requires):
                    return None  # another module, whose path starts like this one's
                rest = path.removeprefix(f"{module.path}/")
                return rest if module.folder == "." else f"{module.folder}/{rest}"
        return None

    def reached(self, package: Package) -> tuple[Package, ...]:
        """The package and all of the repository's own packages that it imports, directly or not."""
        if package.folder not in self._reached:
            self._reached[package.folder] = self._reach(package)
        return self._reached[package.folder]

    def _reach(self, package: Package) -> tuple[Package, ...]:
        found = {package.folder: package}
        waiting = [package]
        while waiting:
            for _, item in waiting.pop().imports:
                imported = self.find(item.path)
                if imported is not None and imported.folder not in found:
                    found[imported.folder] = imported
                    waiting.append(imported)
        return tuple(found.values())


def _can_hold_package(folder: str) -> bool:
    return not any(
        part in _NO_PACKAGES_BELOW or (part.startswith(("_", ".")) and part != ".")
        for part in folder.split("/")
    )
