"""Every decision with its reason and what else could have been chosen, and what a person should know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendock.generate.choices import (
    DEFAULT_PORT,
    MAX_PROGRAMS,
    Release,
    chosen_port,
    dotted,
    downloads_more,
    lacks_sums,
    moved_port,
    needs_download,
    used_modules,
)
from gendock.generate.decision import Decision
from gendock.generate.health import health_decision
from gendock.generate.labels import label_decisions
from gendock.generate.linking import link_decisions
from gendock.generate.needs import base_decision, needs_decisions, needs_warnings
from gendock.generate.options import Options
from gendock.generate.people import people_decisions
from gendock.generate.private import private_decisions
from gendock.generate.run_time import choose_run_time
from gendock.generate.targets import user_of
from gendock.golang import package_path, releases

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gendock.golang import GoProject, Program


def decisions(
    project: GoProject, programs: Sequence[Program], release: Release, options: Options
) -> tuple[Decision, ...]:
    """Every decision, in the order in which a reader of the Dockerfile meets it."""
    return tuple(_decisions(project, programs, release, options))


def _decisions(
    project: GoProject, programs: Sequence[Program], release: Release, options: Options
) -> Iterator[Decision]:
    default = programs[0]
    yield _syntax_decision(options)
    yield _release_decision(release)
    yield _program_decision(project, programs, options)
    cgo = [program for program in programs if program.cgo is not None]
    if cgo and cgo[0].cgo is not None:
        yield Decision(
            "cgo",
            "CGO_ENABLED=1, built on the target's platform",
            f"{cgo[0].name} needs C: {cgo[0].cgo.because}",
            ("CGO_ENABLED=0 would drop that code, or stop when it is used",),
            cgo[0].cgo.evidence,
        )
    else:
        yield Decision(
            "cgo",
            "CGO_ENABLED=0",
            "no package that the build reads needs C, and a static binary runs on any base",
            ("CGO_ENABLED=1 with glibc in the image",),
        )
    yield _download_decision(project, programs, options)
    yield from private_decisions(project, options)
    yield _source_decision(options)
    yield Decision(
        "flags",
        '-trimpath -buildvcs=false -gcflags=all=-dwarf=false -ldflags="-s -w"',
        "the same binary from any folder, no need of git, and a third less to pull; stack traces stay; "
        "tables for debuggers, which -s -w drops, are not made to begin with: an eighth less to compute",
        ("without -gcflags and -s -w, for a debugger",),
    )
    if project.build_tags is not None and project.build_tags.tags:
        yield Decision(
            "tags",
            f"-tags={','.join(project.build_tags.tags)}",
            "the repository's own build passes them",
            ("none",),
            project.build_tags.evidence,
        )
    yield from link_decisions(default)
    base = choose_run_time(default, options).base
    yield base_decision(default, options)
    yield Decision(
        "user",
        user_of(options),
        "no root; by number, because Kubernetes' runAsNonRoot cannot check a name",
        ("nonroot, by name",),
    )
    yield from _port_decisions(default, options)
    yield health_decision(default, options)
    yield from label_decisions(project)
    yield from needs_decisions(default, options)
    yield from people_decisions(options, base)


def _syntax_decision(options: Options) -> Decision:
    if options.syntax_line:
        because = "asked for by --syntax-line: each builder fetches the newest Dockerfile language"
        return Decision("syntax line", "docker/dockerfile:1", because, ("--no-syntax-line",))
    return Decision(
        "syntax line",
        "none",
        "every line builds on the BuildKit inside Docker 20.10 and newer, offline and one request quicker",
        ("--syntax-line fetches the newest Dockerfile language for each builder",),
    )


def _source_decision(options: Options) -> Decision:
    if options.in_layers:
        because = "asked for by --cache layers: registries and CI keep layers, and no cache mounts"
        return Decision("source", "COPY .", because, ("--cache mounts, where a builder stays",))
    return Decision(
        "source",
        "a bind mount",
        "the source enters no layer, and an edit costs one step",
        ("--cache layers, for CI that keeps layers and no cache mounts",),
    )


def _release_decision(release: Release) -> Decision:
    if release.asked is None:
        because = (
            f"go.mod has no go line; {dotted(release.version)} is the oldest release with security fixes"
        )
    elif release.verb == "--go-version":
        because = "asked for by --go-version"
    elif _is_newer_than_asked(release):
        because = (
            f"the {release.verb} line asks for {release.asked}, which gets no security fixes any more; "
            f"{dotted(release.version)} is the oldest release that does, and builds older code"
        )
    elif release.kept_for is not None:
        because = (
            f"the {release.verb} line asks for {release.asked}, and {release.kept_for.path} "
            f"{release.kept_for.version} does not build with a newer release"
        )
    else:
        because = (
            f"the {release.verb} line asks for {release.asked}; the image never fetches another toolchain"
        )
    alternatives = ("-alpine is smaller, and has musl and no git", "gendock pin, for a digest")
    return Decision("build image", release.image, because, alternatives, release.evidence)


def _is_newer_than_asked(release: Release) -> bool:
    asked = release.asked
    return asked is not None and (asked.major, asked.minor) != release.version


def _program_decision(project: GoProject, programs: Sequence[Program], options: Options) -> Decision:
    default = programs[0]
    others = [package_path(program.package) for program in project.programs if program is not default]
    because = "asked for by --program" if options.program is not None else default.because
    passed = tuple(
        f"{package_path(item.package)}: {item.because}, passed over" for item in project.passed_over[:5]
    )
    return Decision(
        "program", package_path(default.package), because, (*others[:8], *passed), default.evidence
    )


def _download_decision(project: GoProject, programs: Sequence[Program], options: Options) -> Decision:
    module = project.module_of(programs[0])
    vendored = module.vendored if project.workspace is None else project.workspace.vendored
    if vendored:
        because = "vendor/ holds every dependency"
        return Decision("modules", "from vendor/", because, ("go mod download",), module.evidence)
    if not needs_download(project, (module,) if project.workspace is None else project.modules):
        return Decision("modules", "no download step", "there is no dependency to fetch", (), module.evidence)
    more = "" if options.in_layers else downloads_more(project, module)
    if more:
        because = (
            f"{more}, go mod download fetches more than the program needs; the cache mount keeps the rest"
        )
        alternatives = ("--cache layers, with go mod download",)
        return Decision("modules", "what go build fetches itself", because, alternatives, module.evidence)
    kept = "layer" if options.in_layers else "cache mount"
    return Decision(
        "modules",
        "go mod download, a step before the source",
        f"it runs again only when a module file changes; the {kept} keeps what it fetched",
        ("vendor/, to build without a network",),
        module.requires[0].evidence if module.requires else module.evidence,
    )


def _port_decisions(program: Program, options: Options) -> Iterator[Decision]:
    if options.port is not None:
        yield Decision("port", str(options.port), "asked for by --port")
        return
    chosen, moved = chosen_port(program, options, is_default=True), moved_port(program)
    if chosen is not None and moved is not None:
        because = (
            f"a user other than root may not listen on {moved.number} everywhere; {moved.variable} moves it"
        )
        alternatives = (f"--port {moved.number}, where the runtime allows it",)
        yield Decision("port", f"ENV {moved.variable}={chosen}", because, alternatives, moved.evidence)
        return
    for port in program.ports:
        if not program.is_reached(port):
            continue
        suffix = "" if port.transport == "tcp" else f"/{port.transport}"
        because = f"the default of {port.variable}" if port.variable else "the address in the source"
        yield Decision("port", f"{port.number}{suffix}", because, ("--port N",), port.evidence)
    if program.port_variable is not None and not program.ports:
        yield Decision(
            "port",
            f"ENV {program.port_variable.name}={DEFAULT_PORT}",
            f"the program asks {program.port_variable.name} and has no default of its own",
            ("--port N",),
            program.port_variable.evidence,
        )


def warnings(
    project: GoProject, programs: Sequence[Program], release: Release, options: Options
) -> tuple[str, ...]:
    """What a person should know before trusting the files."""
    return tuple(_warnings(project, programs, release, options))


def _warnings(
    project: GoProject, programs: Sequence[Program], release: Release, options: Options
) -> Iterator[str]:
    if release.kept_for is not None:
        yield (
            f"Go {dotted(release.version)} gets no security fixes any more, and {release.kept_for.path} "
            f"{release.kept_for.version} builds with no newer one: update it ({release.kept_for.evidence})"
        )
    elif release.verb == "--go-version" and release.version < releases.OLDEST_SUPPORTED:
        yield f"Go {dotted(release.version)} gets no security fixes any more"
    if release.version > releases.NEWEST_KNOWN:
        yield f"Go {dotted(release.version)} is newer than this gendock: check that {release.image} exists"
    if len(programs) == MAX_PROGRAMS < len(project.programs) and options.program is None:
        more = len(project.programs) - MAX_PROGRAMS
        yield f"{more} more programs have no target: --all, or one by --program"
    for module in used_modules(project, programs):
        if module.vendor_lacks is not None:
            yield (
                f"vendor/ does not hold {module.vendor_lacks.path} {module.vendor_lacks.version}, so the "
                "build passes it over and downloads: run go mod vendor"
            )
        if lacks_sums(project, module):
            yield (
                f"{module.sum_file} is missing, so nothing checks what the build downloads: "
                "run go mod tidy and commit it"
            )
    yield from _tag_warnings(project)
    default = programs[0]
    if len(options.platforms) > 1 and any(program.cgo is not None for program in programs):
        yield "C is compiled on each platform itself: those that are not the builder's run under emulation"
    for port in default.ports:
        if not default.is_reached(port):
            yield (
                f"{port.evidence}: {default.name} listens on {port.host}, "
                "which nothing outside of its container reaches"
            )
    if (
        default.kind == "server"
        and not default.ports
        and default.port_variable is None
        and options.port is None
    ):
        yield f"{default.name} is a server, and its port is not in the source: --port N writes EXPOSE"
    yield from needs_warnings(programs, options)


def _tag_warnings(project: GoProject) -> Iterator[str]:
    passed = project.build_tags
    if passed is not None and passed.left_out:
        yield (
            f"{passed.evidence}: the repository's own build passes -tags={','.join(passed.left_out)}, "
            "with which it embeds what is not there; this one goes without"
        )
