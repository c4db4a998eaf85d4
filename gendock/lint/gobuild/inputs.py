"""What `go build` reads of a repository: module files, packages, embedded files, vendor."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from gendock.golang import Evidence
from gendock.golang.embeds import embeddings

if TYPE_CHECKING:
    from gendock.golang import Module
    from gendock.golang.packages import Package
    from gendock.lint.gobuild.go_calls import GoCall

_MODULE_FILES = frozenset({"go.mod", "go.sum", "go.work", "go.work.sum"})


class Input(Struct, frozen=True):
    """A file that a build reads, by its path in the repository, and the place that says so.

    `needs_one_of` are files of which the build needs one at least: those of a package, those that an embed
    pattern matches.
    """

    path: str
    because: str
    evidence: Evidence
    needs_one_of: tuple[str, ...] = ()

    @property
    def is_module_file(self) -> bool:
        """Whether it is go.mod, go.sum or their like."""
        return posixpath.basename(self.path) in _MODULE_FILES


def inputs_of(call: GoCall) -> Iterator[Input]:
    """Yield the files of the repository that a go command reads: its module's, and those that it compiles.

    Those of vendor/ come only where the command is told to use it.
    """
    repository = call.repository
    reached: dict[str, Package] = {}
    for package in call.meant if call.builds else ():
        reached |= {one.folder: one for one in repository.packages.reached(package)}
    modules = {} if call.module is None or not call.reads_module else {call.module.folder: call.module}
    for folder in reached:
        module = repository.module_of(folder)
        if module is not None:
            modules[module.folder] = module
    for module in modules.values():
        yield from _of_module(call, module)
    if call.work_folder is not None and repository.workspace is not None:
        yield Input("go.work", "what names the modules", repository.workspace.evidence)
    importers = {
        imported.folder: Evidence(file.path, item.line)
        for package in reached.values()
        for file, item in package.imports
        if (imported := repository.packages.find(item.path)) is not None and imported is not package
    }
    for package in reached.values():
        yield from _of_package(call, package, importers.get(package.folder))


def _of_module(call: GoCall, module: Module) -> Iterator[Input]:
    here = call.repository.files
    yield Input(module.mod_file, "the module's own file", module.evidence)
    if module.has_sum and module.requires:
        yield Input(
            module.sum_file, "where the checksums are that the build asks for", module.requires[0].evidence
        )
    if call.flag("mod") == "vendor":
        listed = posixpath.normpath(posixpath.join(module.folder, "vendor/modules.txt"))
        if listed in here:
            yield Input(listed, "-mod=vendor reads it", Evidence(listed, 1))


def _of_package(call: GoCall, package: Package, imported: Evidence | None) -> Iterator[Input]:
    compiled = tuple(file.path for file in package.files if _is_built(call, file.path))
    main = tuple(file.path for file in package.files if file.main_line is not None)
    for path in compiled:
        because = "compiled with its package" if imported is None else "of a package that is imported"
        # A program does not build without its main function, whatever else there is.
        needed = main if path in main else compiled
        yield Input(path, because, imported or Evidence(path, 1), needed)
    for path in package.native_files:
        yield Input(path, "compiled with its package", Evidence(package.files[0].path, 1))
    for directive in embeddings(package, call.repository.listing.files):
        for path in directive.files:
            yield Input(path, "embedded", directive.evidence, directive.files)


def _is_built(call: GoCall, path: str) -> bool:
    """Tell whether a file counts: a command that names files takes no others of their folder."""
    if not call.files or any("*" in word.text for word in call.files):
        return True
    folder = call.packages[0].source
    if posixpath.dirname(path) != (folder if folder != "." else ""):
        return True
    return posixpath.basename(path) in {posixpath.basename(word.text) for word in call.files}
