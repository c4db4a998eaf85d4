"""One program: its package -> all that is known of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gendock.golang.addresses import find_openings
from gendock.golang.assets import find_runtime_files, with_configured
from gendock.golang.cgo import find_cgo
from gendock.golang.checks import find_check
from gendock.golang.configs import configured_ports, configured_writes, find_config_variable, read_settings
from gendock.golang.dotenv import find_env_file
from gendock.golang.embeds import embed_patterns, embedded_files, embedded_roots, root_of
from gendock.golang.environment import find_services, find_variables
from gendock.golang.executing import find_executed
from gendock.golang.facts import Program, Variable
from gendock.golang.front_ends import find_front_ends
from gendock.golang.generating import find_embed_generators, find_generated
from gendock.golang.kinds import kind_of
from gendock.golang.linked import find_linked
from gendock.golang.make_rules import find_make_rules
from gendock.golang.needs import MissingEmbed, RuntimeFile
from gendock.golang.network import find_grpc, find_listening
from gendock.golang.outwards import find_tls
from gendock.golang.routes import find_health, find_metrics
from gendock.golang.signals import find_signals
from gendock.golang.sources import Sources
from gendock.golang.starting import find_arguments, find_experiments, of_other_commands, started_by
from gendock.golang.sums import find_unrequired, find_unsummed
from gendock.golang.values import Evaluator
from gendock.golang.writing import find_beside_itself, find_written
from gendock.golang.zones import find_zones

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gendock.golang.facts import Module, Workspace
    from gendock.golang.folder import Folder, Listing
    from gendock.golang.needs import BuildTags
    from gendock.golang.packages import Package, Packages
    from gendock.golang.programs import Candidate
    from gendock.golang.source_file import Index


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a program stands in; `tags` are those that the repository's own build passes."""

    folder: Folder
    listing: Listing
    modules: Sequence[Module]
    workspace: Workspace | None
    packages: Packages
    index: Index
    tags: BuildTags | None


def read_program(item: Candidate, around: Surroundings) -> Program:
    """Read the facts of one program."""
    folder, listing, packages, modules = around.folder, around.listing, around.packages, around.modules
    module = next(one for one in modules if one.folder == item.module_folder)
    workspace = around.workspace
    reached = packages.reached(item.package)
    sources = Sources(reached, packages.find, around.index)
    evaluator = Evaluator(sources)
    variables = find_variables(sources, evaluator)
    required = frozenset(one.name for one in variables if one.required)
    listening = find_listening(sources, evaluator, required)
    unknown = listening.port_variable
    bases = tuple(dict.fromkeys((item.module_folder, item.folder, ".")))
    opened = find_runtime_files(sources, evaluator, bases, listing.files, listing.folders)
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
    arguments = None
    if kind != "cli":
        arguments = find_arguments(sources, item.name) or started_by(folder, listing.files, item.name)
    elsewhere = of_other_commands(sources, arguments)
    variables = tuple(
        replace(one, required=one.required and one.evidence.path not in elsewhere) for one in variables
    )
    known = {place.path for place in written}
    linked = find_linked(reached, folder, listing.files, packages.find)
    embeds = [
        (root, evidence)
        for package in reached
        for pattern, evidence in embed_patterns(package)
        if (root := root_of(package, pattern)) is not None
    ]
    built_by_node = find_front_ends(embeds, folder, listing.files)
    front_ends = tuple(one for one in built_by_node if one.needs is None)
    missing_embeds = tuple(
        MissingEmbed(root, evidence)
        for root, evidence in embeds
        if not any(path == root or path.startswith(f"{root}/") for path in listing.files)
    )
    brought = {front_end.wanted for front_end in front_ends}
    unmade = [(one.path, one.evidence) for one in missing_embeds if one.path not in brought]
    generators = find_embed_generators(unmade, packages, module)
    made = {path for one in generators for path in one.embedded}
    unmade = [(path, evidence) for path, evidence in unmade if path not in made]
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
        version_variable=next(
            (one.name for one in linked if one.package == "main" and one.role == "version"), None
        ),
        linked=linked,
        tls=find_tls(sources, evaluator),
        zones=find_zones(sources, evaluator, around.tags.tags if around.tags else ()),
        signals=find_signals(sources),
        grpc=find_grpc(sources),
        metrics=find_metrics(sources) if listening.listens else None,
        written=(*written, *(place for place in configured_writes(settings) if place.path not in known)),
        beside_itself=find_beside_itself(sources),
        env_file=find_env_file(sources, evaluator, folder, listing.files),
        arguments=arguments,
        config_variable=config_variable,
        openings=openings,
        executed=find_executed(sources),
        generated=(
            *find_generated(reached, packages, module, folder, listing.files, item.evidence.path),
            *generators,
            *find_make_rules(unmade, folder, listing.files),
        ),
        front_ends=front_ends,
        unbuilt=tuple(one for one in built_by_node if one.needs is not None),
        missing_embeds=missing_embeds,
        unsummed=find_unsummed(sources, module, folder) if workspace is None else None,
        unrequired=find_unrequired(sources, modules, module) if workspace is None else None,
        experiments=find_experiments(sources),
        embeds=tuple(sorted({path for package in reached for path in embedded_roots(package)})),
        build_files=_build_files(reached, packages, modules, workspace, listing),
    )


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
