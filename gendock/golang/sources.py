"""The files that a program is made of, and the few declarations in them that are worth parsing.

The words of a file are known before it is parsed: `mentioning`, `naming` and `declaring` find the
declarations that can matter by their text.
"""

from __future__ import annotations

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
        self._by_folder = {
            package.folder: [self._index.file(file, package) for file in package.files]
            for package in packages
        }
        self.files = tuple(file for files in self._by_folder.values() for file in files)
        self._order = {file: number for number, file in enumerate(self.files)}
        self._files_with: dict[bytes, list[SourceFile]] = {}
        self._imported: dict[tuple[str, ...], bool] = {}
        self._named: dict[tuple[str, str], bool] = {}
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
                yield from file.functions.get(function.encode(), ())

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
        anybody who knows an interface that it is part of.
        """
        function = next((one for one in above(node) if one.type == "function_declaration"), None)
        name = None if function is None else function.child_by_field_name("name")
        if name is None or text_of(name) in {"main", "init", ""}:
            return False
        key = (syntax.package.folder, text_of(name))
        if key not in self._named:
            self._named[key] = self._names(text_of(name), syntax.package.folder)
        return not self._named[key]

    def _names(self, function: str, folder: str) -> bool:
        """Whether a function's name stands anywhere but in its declaration and in comments."""
        return any(self.naming(function, _USED, self.saying(function, folder)))
