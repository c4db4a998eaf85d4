"""Reads a repository: folder -> GoProject. Nothing is executed, and no Go toolchain is needed."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from gendock.errors import RefusedError
from gendock.golang.facts import GoProject, Module, Program, package_path
from gendock.golang.folder import Folder, Listing
from gendock.golang.modules import nested_modules, read_modules
from gendock.golang.needs import BuildTags
from gendock.golang.origin import find_licence, find_revision, find_source
from gendock.golang.packages import Packages
from gendock.golang.private import find_private
from gendock.golang.program_facts import Surroundings, read_program
from gendock.golang.programs import Candidate, candidates, preference, repository_names, split
from gendock.golang.source_file import Index
from gendock.golang.starting import built_elsewhere, released_elsewhere
from gendock.golang.tags import find_tags

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


def read_project(path: Path, *, named: str | None = None) -> GoProject:
    """Read a Go repository.

    Args:
        path: the folder that a Dockerfile would stand in.
        named: the name or the package of a program that is meant, even if it stands among examples or tools.

    Raises:
        GendockError: there is no such folder.
        RefusedError: there is no module, the module cannot be read, or it has no program.
    """
    folder = Folder(path)
    return read_listed(folder, folder.listing(), named=named)


def read_listed(folder: Folder, listing: Listing, *, named: str | None = None) -> GoProject:
    """Read a Go repository whose files are listed already; else as `read_project`."""
    passed = find_tags(folder, listing.files)
    project = _read(folder, listing, passed, named)
    return project if passed is None else _with_usable_tags(project, passed, folder, listing, named)


def _with_usable_tags(
    project: GoProject, passed: BuildTags, folder: Folder, listing: Listing, named: str | None
) -> GoProject:
    """The project without the tags with which its build stops, where it does not stop without them."""
    for tag in passed.tags:
        stops = sum(len(program.unmade_embeds) for program in project.programs)
        if not stops:
            break
        tags = tuple(one for one in passed.tags if one != tag)
        other = replace(passed, tags=tags, left_out=(*passed.left_out, tag))
        without = _read(folder, listing, other, named)
        if sum(len(program.unmade_embeds) for program in without.programs) < stops:
            project, passed = without, other
    return project


def _read(folder: Folder, listing: Listing, passed: BuildTags | None, named: str | None) -> GoProject:
    workspace, modules = read_modules(folder, listing)
    packages, found = _candidates(folder, listing, modules, passed)
    if not found and workspace is None:
        nested = nested_modules(folder, listing)
        if len(nested) > len(modules):
            modules = nested
            packages, found = _candidates(folder, listing, modules, passed)
    if not found:
        raise RefusedError(_no_program(modules, packages))
    meant, passed_over = split(found, named)
    if not meant:
        released = released_elsewhere(folder, listing.files, [item.folder for item in found])
        if released is not None:
            meant, passed_over = split(found, released)
    if not meant:
        first = passed_over[0]
        raise RefusedError(
            f"{modules[0].path} is a library: no package main to run but {first.because} in {first.package}. "
            f"If that is meant, name it: gendock init --program {package_path(first.package)}"
        )
    around = Surroundings(folder, listing, modules, workspace, packages, Index(), passed)
    return GoProject(
        name=folder.root.name,
        modules=modules,
        workspace=workspace,
        programs=_programs(meant, around),
        passed_over=tuple(passed_over),
        files=listing.files,
        folders=listing.folders,
        build_tags=passed,
        source=find_source(folder, modules),
        licence=find_licence(folder, listing.files),
        revision=find_revision(folder),
        private=find_private(folder, listing.files, modules),
    )


def _candidates(
    folder: Folder, listing: Listing, modules: Sequence[Module], passed: BuildTags | None
) -> tuple[Packages, list[Candidate]]:
    tags = frozenset(passed.tags if passed else ())
    packages = Packages(folder, _own_files(listing, modules), modules, tags)
    return packages, candidates(packages, {module.folder: module.path for module in modules})


def _no_program(modules: Sequence[Module], packages: Packages) -> str:
    if not any(True for _ in packages):
        return f"{modules[0].path} has no Go files that build for linux: add a package main first"
    return (
        f"{modules[0].path} is a library: no package main to run. "
        "A program needs a folder of its own, such as cmd/app/main.go with `package main`"
    )


def _own_files(listing: Listing, modules: Iterable[Module]) -> list[str]:
    """The files of these modules, without those of modules nested in them."""
    own = {module.folder for module in modules}
    foreign = [
        path.removesuffix("go.mod")
        for path in listing.files
        if path.endswith("/go.mod") and posixpath.dirname(path) not in own
    ]
    files = list(listing.files)
    for prefix in foreign:
        start = bisect_left(files, prefix)
        end = bisect_left(files, prefix + "\U0010ffff")
        inner = tuple(f"{folder}/" for folder in own if f"{folder}/".startswith(prefix))
        files[start:end] = [path for path in files[start:end] if inner and path.startswith(inner)]
    return files


def _programs(meant: Sequence[Candidate], around: Surroundings) -> tuple[Program, ...]:
    folder, listing = around.folder, around.listing
    main_modules = [one.path for one in around.modules if any(c.module_folder == one.folder for c in meant)]
    for item in meant:
        around.index.add(around.packages.reached(item.package))
    drafts = [read_program(item, around) for item in meant]
    servers = sum(draft.kind == "server" for draft in drafts)
    names = repository_names(folder.root.name, main_modules if len(main_modules) == 1 else ())
    elsewhere = built_elsewhere(folder, listing.files, [item.folder for item in meant])
    called = {item.name for item in meant}
    ranked = []
    for item, draft in zip(meant, drafts, strict=True):
        rank, because = preference(item, draft.kind, names, servers)
        if draft.kind == "server" and item.name.endswith("d") and item.name[:-1] in called & names:
            rank, because = 0, f"the daemon of {item.name[:-1]}"
        if draft.kind == "server" and item.name.endswith("s") and (client := f"{item.name[:-1]}c") in called:
            rank, because = min(rank, 2), f"the server that {client} is the client of"
        if elsewhere is not None and item.folder == elsewhere[0]:
            # A release by goreleaser or make may be that of a client; an image is that of the server.
            strength = -1 if elsewhere[1].path == "Dockerfile" else 2
            if strength < rank and (strength < 0 or draft.kind != "cli" or not servers):
                rank, because = strength, f"what {elsewhere[1]} builds"
        if len(drafts) == 1:
            because = "the only program"
        ranked.append((rank, item.folder.count("/"), item.folder, _with_reason(draft, because)))
    return tuple(program for *_, program in sorted(ranked, key=lambda entry: entry[:3]))


def _with_reason(program: Program, because: str) -> Program:
    return replace(program, because=because)
