"""The files that a program is made of, and the few declarations in them that are worth parsing.

The words of a file are known before it is parsed: `mentioning`, `naming` and `declaring` find the
declarations that can matter by their text.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING

from gendock.golang.source_file import Form, SourceFile
from gendock.golang.syntax import above, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tree_sitter import Node

    from gendock.golang.packages import Package
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
        known: dict[str, SourceFile] | None = None,
    ) -> None:
        """Take the packages that a program reaches, what finds one by its import path, and known files.

        Programs of one repository share most of their packages: `known` keeps a file for all of them.
        """
        known = {} if known is None else known
        self.packages = packages
        self.find = find
        self._by_folder = {
            package.folder: [known.setdefault(file.path, SourceFile(file, package)) for file in package.files]
            for package in packages
        }
        self.files = tuple(file for files in self._by_folder.values() for file in files)
        self._imported: dict[tuple[str, ...], bool] = {}
        self._named: dict[tuple[str, str], bool] = {}
        self._naming: dict[tuple[str, Form, tuple[str, ...] | None], list[Syntax]] = {}
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

    def mentioning(self, *texts: bytes, within: bytes = b"") -> Iterator[Syntax]:
        """Yield the declarations that hold one of the texts.

        A word inside of a text makes it quick to look for; so does `within`, which all of them hold in small
        or capital letters.
        """
        wanted = [(text, _word_in(text)) for text in texts]
        for file in self.files:
            if within and within not in file.file.text.lower():
                continue
            here = [text for text, word in wanted if word is None or word in file.words]
            if here:
                yield from file.holding(here)

    def naming(self, name: str, form: Form, folders: tuple[str, ...] | None = None) -> list[Syntax]:
        """The declarations where a name stands in some form, those of some folders or all."""
        key = (name, form, folders)
        if key not in self._naming:
            word = name.encode()
            self._naming[key] = [
                part
                for file in self._in(folders)
                if word in file.words
                for part in file.holding((word,))
                if form.is_in(part.text, word)
            ]
        return self._naming[key]

    def declaring(self, function: str, folder: str | None = None) -> list[Syntax]:
        """The functions and methods of a name, those of one folder or all."""
        files = self._functions.get(function.encode(), ())
        return [
            part
            for file in files
            if folder is None or file.package.folder == folder
            for part in file.functions[function.encode()]
        ]

    @cached_property
    def _functions(self) -> dict[bytes, list[SourceFile]]:
        found: dict[bytes, list[SourceFile]] = {}
        for file in self.files:
            for name in file.functions:
                found.setdefault(name, []).append(file)
        return found

    def _in(self, folders: tuple[str, ...] | None) -> Iterable[SourceFile]:
        if folders is None:
            return self.files
        return (file for folder in folders for file in self._by_folder.get(folder, ()))

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
        return bool(self.naming(function, _USED, self.saying(function, folder)))


@cache
def _word_in(text: bytes) -> bytes | None:
    """The longest word that a text holds with its ends: `.Listen(` holds Listen, `Listen(` may be longer."""
    return max(re.findall(rb"(?<=\W)\w+(?=\W)", text), key=len, default=None)
