"""The files that a program is made of, and the few declarations in them that are worth parsing.

The words of a file are known before it is parsed: `mentioning`, `naming` and `declaring` find the
declarations that can matter by their text.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from gendock.golang.source_file import Form, Index
from gendock.golang.syntax import above, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tree_sitter import Node

    from gendock.golang.packages import Package
    from gendock.golang.source_file import SourceFile
    from gendock.golang.syntax import Syntax

CALLED = Form(after=r"\(")
# A name anywhere but in a function's declaration and in comments.
_USED = Form(before=r"^(?![ \t]*//)(?!func[ \t]+$).*")
# A type's name anywhere but as a receiver and in comments.
_MADE = Form(before=r"^(?![ \t]*//)(?!func[ \t]*\([^)]*$).*")
_RECEIVER = re.compile(rb"func\s*\(\s*(?:\w+\s+)?\*?\s*(\w+)[^)]*\)")
_NAMED = re.compile(rb"(func|type)\s+(\w+)")


class Sources:
    """The repository's own files that a program is made of, the program's package first."""

    def __init__(
        self,
        packages: tuple[Package, ...],
        find: Callable[[str], Package | None],
        index: Index | None = None,
    ) -> None:
        """Take the packages that a program reaches, what finds one by its import path, and known files."""
        self.packages = packages
        self.find = find
        self._index = index or Index()
        self._by_folder = {package.folder: self._index.files_of(package) for package in packages}
        self.files = tuple(file for files in self._by_folder.values() for file in files)
        self._order = {file: number for number, file in enumerate(self.files)}
        self._files_with: dict[bytes, list[SourceFile]] = {}
        self._imported: dict[tuple[str, ...], bool] = {}
        self._named: dict[tuple[str, str], bool] = {}
        self._made: dict[tuple[str, str], bool] = {}
        self.imports = frozenset(item.path for package in packages for _, item in package.imports)

    @cached_property
    def _importers(self) -> dict[str, list[str]]:
        """The folders of the packages that import the one in a folder."""
        importers: dict[str, list[str]] = {}
        for package in self.packages:
            for path in {item.path for _, item in package.imports}:
                found = self.find(path)
                if found is not None:
                    importers.setdefault(found.folder, []).append(package.folder)
        return importers

    def saying(self, name: str, folder: str) -> tuple[str, ...]:
        """The folders whose code can name what a package declares: its own, and those that import it."""
        if name[:1].isupper():
            return (folder, *(one for one in self._importers.get(folder, ()) if one != folder))
        return (folder,)

    def mentioning(self, *texts: bytes) -> Iterator[Syntax]:
        """Yield the declarations that hold one of the texts; each has to hold a word."""
        return self._holding((word, text) for text in texts for word in self._index.words_of(text))

    def calling(self, *names: str, folder: str | None = None) -> Iterator[Syntax]:
        """Yield the declarations that call a function of one of the names, those of one folder or all."""
        return self._holding(((name.encode(), f"{name}(".encode()) for name in names), folder)

    def _holding(self, wanted: Iterable[tuple[bytes, bytes]], folder: str | None = None) -> Iterator[Syntax]:
        """Yield the declarations that hold a text, in files that hold the word before it."""
        found: dict[SourceFile, list[bytes]] = {}
        for word, text in wanted:
            for file in self._with(word):
                if folder is None or file.package.folder == folder:
                    found.setdefault(file, []).append(text)
        for file in sorted(found, key=self._order.__getitem__):
            yield from file.holding(found[file])

    def naming(self, name: str, form: Form, folders: tuple[str, ...] | None = None) -> Iterator[Syntax]:
        """Yield the declarations where a name stands in some form, those of some folders or all."""
        for file in self._with(name.encode()):
            if folders is None or file.package.folder in folders:
                yield from file.naming(name.encode(), form)

    def declaring(self, function: str, folder: str | None = None) -> Iterator[Syntax]:
        """Yield the functions and methods of a name, those of one folder or all."""
        for file in self._with(function.encode()):
            if folder is None or file.package.folder == folder:
                yield from file.functions(function.encode())

    def _with(self, word: bytes) -> list[SourceFile]:
        """The program's files that hold a word."""
        if word not in self._files_with:
            files = (file for file in self._index.by_word.get(word, ()) if file in self._order)
            self._files_with[word] = sorted(files, key=self._order.__getitem__)
        return self._files_with[word]

    def imports_any(self, paths: tuple[str, ...]) -> bool:
        """Whether a module or package is imported, or one below it."""
        if paths not in self._imported:
            self._imported[paths] = any(
                path == wanted or path.startswith(f"{wanted}/") for path in self.imports for wanted in paths
            )
        return self._imported[paths]

    def is_unused(self, node: Node, syntax: Syntax) -> bool:
        """Whether a node stands in a function that the program's own code never names, so never calls.

        Such functions serve tests, or the other programs that share the package. A method may be called by
        anybody who knows an interface that it is part of, if the program makes a value of its type at all.
        """
        folder = syntax.package.folder
        receiver = _RECEIVER.match(syntax.text)
        if receiver is not None:
            return not self._makes(receiver[1].decode(errors="replace"), folder)
        function = next((one for one in above(node) if one.type == "function_declaration"), None)
        name = None if function is None else function.child_by_field_name("name")
        return name is not None and not self._names(text_of(name), folder)

    def _names(self, function: str, folder: str) -> bool:
        """Whether a function's name stands anywhere but in its declaration and in comments."""
        if function in {"main", "init", ""}:
            return True
        key = (folder, function)
        if key not in self._named:
            self._named[key] = any(self.naming(function, _USED, self.saying(function, folder)))
        return self._named[key]

    def _makes(self, kind: str, folder: str) -> bool:
        """Whether a type's name stands anywhere but in its declaration, its methods and unused functions."""
        key = (folder, kind)
        if key not in self._made:
            self._made[key] = any(
                self._is_live(one, kind) for one in self.naming(kind, _MADE, self.saying(kind, folder))
            )
        return self._made[key]

    def _is_live(self, declaration: Syntax, kind: str) -> bool:
        """Whether a declaration is neither a type's own, nor a method of it, nor an unused function."""
        receiver = _RECEIVER.match(declaration.text)
        if receiver is not None:
            return receiver[1] != kind.encode()
        named = _NAMED.match(declaration.text)
        if named is None or named[1] == b"type":
            return named is None or named[2] != kind.encode()
        return self._names(named[2].decode(errors="replace"), declaration.package.folder)
