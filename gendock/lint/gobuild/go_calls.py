"""The go commands of a build, with all that decides what they do: folder, environment, flags, packages."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from gendock.dockerfile import Run, Span, Stage
from gendock.lint.gobuild.go_words import Flag, Said, read_words
from gendock.lint.gobuild.shell_values import expanded

if TYPE_CHECKING:
    from gendock.golang import Module
    from gendock.golang.packages import Package
    from gendock.lint.gobuild.repository import Repository
    from gendock.lint.gobuild.trees import Tree
    from gendock.lint.scripts import Script
    from gendock.shell import Command, Word

_BUILDS = frozenset({"build", "install"})
_MAJOR_VERSION = re.compile(r"v[0-9]+")


class GoPackage(Struct, frozen=True):
    """A package that a go command is told to work on.

    Attributes:
        text: as it is written, with variables put in; `.` where nothing is.
        word: where it is written; None where nothing is.
        folder: the folder in the stage; None where that is not known, or for packages of other modules.
        source: the folder of the repository that it is a copy of; None where none is known.
        is_pattern: it ends in `...`, which stands for all packages below.
    """

    text: str
    word: Word | None
    folder: str | None
    source: str | None
    is_pattern: bool


class GoCall(Struct, frozen=True, eq=False, dict=True):
    """One call of the go command: `CGO_ENABLED=0 go build -o /app ./cmd/app`.

    Attributes:
        stage, run, script: where it stands; in ONBUILD, nothing is called.
        command: the shell's command.
        verb: `build`; of `go mod download`, `mod download`.
        words: what stands behind the verb, flags included.
        folder: the working directory in the stage; None where it is not known.
        environment: the variables that it sees; None for one whose value only the build knows.
        tree: the files that it sees, mounts included.
        repository: the repository around.
        is_certain: it surely runs, and nothing hides what it does.
    """

    stage: Stage
    run: Run
    script: Script
    command: Command
    verb: str
    words: tuple[Word, ...]
    folder: str | None
    environment: Mapping[str, str | None]
    tree: Tree
    repository: Repository
    is_certain: bool

    @property
    def span(self) -> Span:
        """The words up to the verb."""
        at = len(self.command.words) - len(self.words) - 1
        return Span(self.command.words[0].start, self.command.words[at].end)

    @property
    def builds(self) -> bool:
        """Whether it compiles programs: `go build` or `go install` of what is at hand."""
        return self.verb in _BUILDS and not any("@" in one.text for one in self.packages)

    @property
    def reads_module(self) -> bool:
        """Whether it reads the go.mod at hand and stops without one that it can use."""
        if self.verb in ("install", "run"):
            return not any("@" in one.text for one in self.packages)
        return self.verb in ("build", "test", "vet", "generate", "list") or (
            self.verb.startswith("mod ") and self.verb != "mod init"
        )

    def variable(self, name: str) -> str | None:
        """Return a variable's value; None where it is not set, or not known."""
        return self.environment.get(name)

    def is_unknown(self, name: str) -> bool:
        """Tell whether a variable is set to what only the build knows."""
        return name in self.environment and self.environment[name] is None

    @cached_property
    def flags(self) -> Mapping[str, Flag]:
        """The flags, by their names without dashes; those of GOFLAGS, too, where none is written."""
        found: dict[str, Flag] = {}
        for text in (self.environment.get("GOFLAGS") or "").split():
            name, _, value = text.lstrip("-").partition("=")
            found[name] = Flag(value, None)
        return {**found, **self._said.flags}

    def flag(self, name: str) -> str | None:
        """Return a flag's value, `` for a switch; None where it is not set."""
        found = self.flags.get(name)
        return None if found is None else found.value

    @property
    def tags(self) -> frozenset[str]:
        """The build tags."""
        return frozenset((self.flag("tags") or "").replace(",", " ").split())

    @property
    def uses_vendor(self) -> bool:
        """Whether it takes other modules from vendor/: it is told to, or finds the folder."""
        mode = self.flag("mod")
        if mode is not None:
            return mode == "vendor"
        module = self.module_folder
        return module is not None and self.tree.has(posixpath.join(module, "vendor/modules.txt"))

    @cached_property
    def module_folder(self) -> str | None:
        """The folder in the stage whose go.mod it reads; None where none is known."""
        return self._upward("go.mod")

    @cached_property
    def work_folder(self) -> str | None:
        """The folder in the stage whose go.work it reads; None where none is known."""
        return None if self.environment.get("GOWORK") == "off" else self._upward("go.work")

    @cached_property
    def module(self) -> Module | None:
        """The module that it works in; None where that is not the repository's, or not known."""
        source = self._source_of("go.mod")
        if source is None:
            return None
        folder = posixpath.dirname(source) or "."
        return next((module for module in self.repository.modules if module.folder == folder), None)

    @cached_property
    def packages(self) -> tuple[GoPackage, ...]:
        """What it is told to work on; `.` where it is not told."""
        operands = self._said.operands
        if not operands:
            return (self._package(".", None),)
        if len(self.files) == len(operands):
            folder = posixpath.dirname(operands[0].text) or "."
            return (self._package(folder if folder.startswith(("/", ".")) else f"./{folder}", operands[0]),)
        return tuple(self._package(self.expand(word) or word.text, word) for word in operands)

    @cached_property
    def files(self) -> tuple[Word, ...]:
        """The .go files that it is told to compile, in place of packages; also as a pattern, `cmd/app/*`."""
        return tuple(
            word for word in self._said.operands if word.text.endswith((".go", "/*")) or word.text == "*"
        )

    @cached_property
    def built(self) -> tuple[Package, ...]:
        """The packages of the repository that it builds; those of `./...` are the ones below."""
        found: dict[str, Package] = {}
        for one in self.packages:
            if one.source is None:
                continue
            for package in self.repository.packages if one.is_pattern else ():
                if one.source == "." or f"{package.folder}/".startswith(f"{one.source}/"):
                    found[package.folder] = package
            named = self.repository.package(one.source)
            if named is not None:
                found[named.folder] = named
        return tuple(found.values())

    @cached_property
    def meant(self) -> tuple[Package, ...]:
        """The packages of the repository that it should build: also those of which nothing was copied."""
        found = {package.folder: package for package in self.built}
        for one in self.packages:
            folder = None if one.source is not None or one.is_pattern else self.meant_source(one.folder)
            package = None if folder is None else self.repository.package(folder)
            if package is not None:
                found[package.folder] = package
        return tuple(found.values())

    def meant_source(self, path: str | None) -> str | None:
        """Return the path of the repository that a path of the stage would be a copy of, by its module."""
        if path is None or self.module is None or self.module_folder is None:
            return None
        inside = posixpath.relpath(path, self.module_folder)
        if inside.startswith("../") or inside == "..":
            return None
        return posixpath.normpath(posixpath.join(self.module.folder, inside))

    def place_of(self, path: str) -> str | None:
        """Return where in the stage a file of the module would be: the way back of `meant_source`."""
        if self.module is None or self.module_folder is None:
            return None
        inside = posixpath.relpath(path, self.module.folder)
        if inside.startswith("../"):
            return None
        return posixpath.normpath(posixpath.join(self.module_folder, inside))

    @cached_property
    def output(self) -> str | None:
        """The path in the stage that `-o` names; None without one, or where it is not known."""
        written = self.flag("o")
        return None if not written else self._absolute(written)

    @property
    def output_is_folder(self) -> bool:
        """Whether `-o` names a folder, into which each program goes by its own name."""
        written = self.flag("o") or ""
        return written.endswith("/") or (self.output is not None and self.tree.is_folder(self.output))

    def expand(self, word: Word) -> str | None:
        """Return a word with its variables put in; None where that is not known."""
        return expanded(word.text, self.environment)

    def source_folder(self, folder: str) -> str | None:
        """Return the folder of the repository that a folder of the stage is a copy of."""
        for path, entry in self.tree.files_below(folder):
            if entry.source is not None:
                inside = posixpath.relpath(path, folder)
                if entry.source == inside:
                    return "."
                if entry.source.endswith(f"/{inside}"):
                    return entry.source.removesuffix(f"/{inside}")
        return None

    def _package(self, text: str, word: Word | None) -> GoPackage:
        is_pattern = text == "..." or text.endswith("/...")
        path = posixpath.normpath(text.removesuffix("...") or ".") if is_pattern else text
        folder: str | None = None
        if (
            path in (".", "..")
            or path.startswith(("./", "../", "/"))
            or (is_pattern and text.startswith("."))
        ):
            folder = self._absolute(path)
        elif self.module is not None and self.module_folder is not None:
            inside = f"{path}/".removeprefix(f"{self.module.path}/")
            if inside != f"{path}/":
                folder = posixpath.normpath(posixpath.join(self.module_folder, inside))
        source = None if folder is None else self.source_folder(folder)
        return GoPackage(text, word, folder, source, is_pattern)

    @cached_property
    def _said(self) -> Said:
        return read_words(self.verb, self.words, self.environment)

    def _absolute(self, path: str) -> str | None:
        if "$" in path or "`" in path:
            return None
        if path.startswith("/"):
            return posixpath.normpath(path)
        return None if self.folder is None else posixpath.normpath(posixpath.join(self.folder, path))

    def _upward(self, name: str) -> str | None:
        folder = self.folder
        while folder is not None:
            if self.tree.get(posixpath.join(folder, name)) is not None:
                return folder
            if folder == "/":
                return None
            folder = posixpath.dirname(folder)
        return None

    def _source_of(self, name: str) -> str | None:
        folder = self._upward(name)
        entry = None if folder is None else self.tree.get(posixpath.join(folder, name))
        return None if entry is None else entry.source


def binary_names(call: GoCall) -> Iterator[tuple[str, str]]:
    """Yield the folder of each program that a call builds, and the name that go gives its binary."""
    for package in call.built:
        if any(file.main_line is not None for file in package.files):
            module = call.repository.module_of(package.folder)
            if module is not None:
                inside = posixpath.relpath(package.folder, module.folder)
                path = module.path if inside == "." else f"{module.path}/{inside}"
                parts = [part for part in path.split("/")[-2:] if not _MAJOR_VERSION.fullmatch(part)]
                yield package.folder, parts[-1]
