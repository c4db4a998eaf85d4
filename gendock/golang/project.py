"""Reads a repository: folder -> GoProject. Nothing is executed, and no Go toolchain is needed."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from gendock.errors import RefusedError
from gendock.golang.addresses import find_openings
from gendock.golang.assets import find_runtime_files, with_configured
from gendock.golang.cgo import find_cgo
from gendock.golang.checks import find_check
from gendock.golang.configs import (
    configured_ports,
    configured_writes,
    find_config_variable,
    read_settings,
)
from gendock.golang.dotenv import find_env_file
from gendock.golang.embeds import embed_patterns, embedded_files, embedded_roots, root_of
from gendock.golang.environment import find_services, find_variables
from gendock.golang.executing import find_executed
from gendock.golang.facts import GoProject, Module, Program, Variable, Workspace, package_path
from gendock.golang.folder import Folder, Listing
from gendock.golang.front_ends import find_front_ends
from gendock.golang.generating import find_generated
from gendock.golang.kinds import kind_of
from gendock.golang.modules import nested_modules, read_modules
from gendock.golang.needs import BuildTags, MissingEmbed, RuntimeFile
from gendock.golang.network import find_listening
from gendock.golang.origin import find_licence, find_source
from gendock.golang.packages import Package, Packages
from gendock.golang.programs import Candidate, candidates, preference, repository_names, split
from gendock.golang.routes import find_health
from gendock.golang.source_file import Index
from gendock.golang.sources import Sources
from gendock.golang.starting import built_elsewhere, find_arguments, find_experiments, started_by
from gendock.golang.sums import find_unrequired, find_unsummed
from gendock.golang.tags import find_tags
from gendock.golang.values import Evaluator
from gendock.golang.writing import find_beside_itself, find_written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_VERSION_VARIABLE = re.compile(
    rb"^(?:var[ \t]+|[ \t]+)([vV]ersion|VERSION|[aA]ppVersion|buildVersion)(?:[ \t]+string)?"
    rb"[ \t]*(?:=[ \t]*\"[^\"\n]*\")?[ \t\r]*(?://.*)?$",
    re.MULTILINE,
)
_VERSION_WITHIN = 32768  # bytes
_VAR_BLOCK = re.compile(rb"^var[ \t]*(?:\(.*?^\)|[^\n]*)", re.MULTILINE | re.DOTALL)


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
    workspace, modules = read_modules(folder, listing)
    passed = find_tags(folder, listing.files)
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
        first = passed_over[0]
        raise RefusedError(
            f"{modules[0].path} is a library: no package main to run but {first.because} in {first.package}. "
            f"If that is meant, name it: gendock init --program {package_path(first.package)}"
        )
    programs = _programs(meant, packages, modules, workspace, listing, folder)
    return GoProject(
        name=folder.root.name,
        modules=modules,
        workspace=workspace,
        programs=programs,
        passed_over=tuple(passed_over),
        files=listing.files,
        folders=listing.folders,
        build_tags=passed,
        source=find_source(folder, modules),
        licence=find_licence(folder, listing.files),
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


def _programs(
    meant: Sequence[Candidate],
    packages: Packages,
    modules: Sequence[Module],
    workspace: Workspace | None,
    listing: Listing,
    folder: Folder,
) -> tuple[Program, ...]:
    by_folder = {module.folder: module for module in modules}
    main_modules = [item.path for item in modules if any(c.module_folder == item.folder for c in meant)]
    index = Index()
    for item in meant:
        Sources(packages.reached(item.package), packages.find, index)
    drafts = [
        _program(item, packages, by_folder[item.module_folder], modules, workspace, listing, folder, index)
        for item in meant
    ]
    servers = sum(draft.kind == "server" for draft in drafts)
    names = repository_names(folder.root.name, main_modules if len(main_modules) == 1 else ())
    elsewhere = built_elsewhere(folder, listing.files, [item.folder for item in meant])
    called = {item.name for item in meant}
    ranked = []
    for item, draft in zip(meant, drafts, strict=True):
        rank, because = preference(item, draft.kind, names, servers)
        if draft.kind == "server" and item.name.endswith("d") and item.name[:-1] in called & names:
            rank, because = 0, f"the daemon of {item.name[:-1]}"
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
    from dataclasses import replace

    return replace(program, because=because)


def _program(
    item: Candidate,
    packages: Packages,
    module: Module,
    modules: Sequence[Module],
    workspace: Workspace | None,
    listing: Listing,
    folder: Folder,
    index: Index,
) -> Program:
    reached = packages.reached(item.package)
    sources = Sources(reached, packages.find, index)
    evaluator = Evaluator(sources)
    listening = find_listening(sources, evaluator)
    unknown = listening.port_variable
    bases = tuple(dict.fromkeys((item.module_folder, item.folder, ".")))
    opened = find_runtime_files(sources, evaluator, bases, listing.files, listing.folders)
    variables = find_variables(sources, evaluator)
    config_variable = find_config_variable(variables, bases[0], listing.files)
    if config_variable is not None and all(place.path != config_variable.path for place in opened):
        place = RuntimeFile(config_variable.path, False, config_variable.evidence, bases[0])  # noqa: FBT003
        opened = (*opened, place)
    settings = read_settings(folder, opened, listing.files)
    opened = with_configured(opened, settings, bases[0], listing.files, listing.folders)
    ports = listening.ports
    if listening.listens and not ports and (unknown is None or not unknown.variable):
        ports = configured_ports(settings)
    written = find_written(sources, evaluator)
    openings = find_openings(sources, ports, variables)
    kind = "server" if openings else kind_of(sources, listening, item.name)
    known = {place.path for place in written}
    embeds = [
        (root, evidence)
        for package in reached
        for pattern, evidence in embed_patterns(package)
        if (root := root_of(package, pattern)) is not None
    ]
    return Program(
        name=item.name,
        package=item.folder,
        module=item.module_folder,
        kind=kind,
        because="",
        evidence=item.evidence,
        ports=ports,
        port_variable=Variable(unknown.variable, None, unknown.evidence)
        if unknown and unknown.variable
        else None,
        health=find_health(sources) if listening.listens else None,
        check=find_check(sources) if kind == "server" else None,
        variables=variables,
        services=find_services(sources, module, modules),
        cgo=find_cgo(sources, module),
        runtime_files=opened,
        version_variable=_version_variable(item.package),
        written=(*written, *(place for place in configured_writes(settings) if place.path not in known)),
        beside_itself=find_beside_itself(sources),
        env_file=find_env_file(sources, evaluator, folder, listing.files),
        arguments=(
            find_arguments(sources, item.name) or started_by(folder, listing.files, item.name)
            if kind != "cli"
            else None
        ),
        config_variable=config_variable,
        openings=openings,
        executed=find_executed(sources),
        generated=find_generated(reached, packages, module, folder, listing.files, item.evidence.path),
        front_ends=find_front_ends(embeds, folder, listing.files),
        missing_embeds=tuple(
            MissingEmbed(root, evidence)
            for root, evidence in embeds
            if not any(path == root or path.startswith(f"{root}/") for path in listing.files)
        ),
        unsummed=find_unsummed(sources, module, folder) if workspace is None else None,
        unrequired=find_unrequired(sources, modules, module) if workspace is None else None,
        experiments=find_experiments(sources),
        embeds=tuple(sorted({path for package in reached for path in embedded_roots(package)})),
        build_files=_build_files(reached, packages, modules, workspace, listing),
    )


def _version_variable(package: Package) -> str | None:
    for file in package.files:
        for block in _VAR_BLOCK.finditer(file.text[:_VERSION_WITHIN]):
            match = _VERSION_VARIABLE.search(block[0])
            if match is not None:
                return match[1].decode()
    return None


def _build_files(
    reached: Iterable[Package],
    packages: Packages,
    modules: Iterable[Module],
    workspace: Workspace | None,
    listing: Listing,
) -> tuple[str, ...]:
    """Every file that `go build` of these packages reads: module files, Go, C, embedded files and vendor."""
    found: set[str] = set()
    used = set()
    for package in reached:
        found.update(file.path for file in package.files)
        found.update(package.native_files)
        found.update(embedded_files(package, listing.files))
        used.add(packages.module_folder(package.folder))
    for module in modules:
        found.update((module.mod_file, *((module.sum_file,) if module.has_sum else ())))
        if module.vendored and module.folder in used:
            prefix = module.mod_file.removesuffix("go.mod") + "vendor/"
            found.update(path for path in listing.files if path.startswith(prefix))
    if workspace is not None:
        found.update(("go.work", *(("go.work.sum",) if workspace.has_sum else ())))
        if workspace.vendored:
            found.update(path for path in listing.files if path.startswith("vendor/"))
    return tuple(sorted(found))
