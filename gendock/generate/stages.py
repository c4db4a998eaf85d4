"""The Dockerfile as values that its template prints: every string is Placed, every choice is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendock.generate.build_step import Place, has_variants
from gendock.generate.downloads import (
    BUILD_CACHE,
    MODULE_CACHE,
    SOURCE,
    Download,
    download_step,
    source_folder,
    work_folder,
)
from gendock.generate.escaping import Placed, image, stage_name
from gendock.generate.health import probe_command
from gendock.generate.making import FrontEndView, PackagesView, front_end_views, packages_view
from gendock.generate.people import DebugView, DevView, TestView, people_stages
from gendock.generate.private import private_commands, proof_mounts
from gendock.generate.targets import Target, make_target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gendock.generate.choices import Release
    from gendock.generate.options import Options
    from gendock.golang import GoProject, Program


@dataclass(frozen=True, slots=True)
class ProbeView:
    """The stage that builds the probe of HEALTHCHECK.

    Attributes:
        build_arguments: the arguments of ARG.
        mounts: the options of each `--mount=`.
        environment: what stands before `go build`.
    """

    build_arguments: Placed
    mounts: tuple[Placed, ...]
    environment: Placed


@dataclass(frozen=True, slots=True)
class DockerfileView:
    """The whole file.

    Attributes:
        syntax: the value of `# syntax=`; none where the builder's own language is enough.
        pragmas: comments for linters, without `# `.
        front_ends: the stages that build front ends.
        probe: the stage that builds the probe of HEALTHCHECK; none where no program needs one.
        image: the image of the build stage.
        stage: the name of the build stage.
        folder: its working directory.
        crosses: whether it runs on the builder's platform, whatever the image is for.
        environment: the settings of its ENV.
        preparing: the commands that tell go and git which modules are private.
        packages: the step that installs the Debian packages that it needs; none where it needs none.
        download: the download step that all programs share; none where there is nothing to fetch.
        copy_source: where `COPY .` goes; none where the source is mounted, or copied for each program.
        targets: the programs; the default is the last.
        test: the stage of `--with test`; none where it is not asked for.
        debug: the stages of `--with debug`; none where they are not asked for.
        dev: the stage of `--with dev`; none where it is not asked for.
    """

    syntax: Placed | None
    pragmas: tuple[Placed, ...]
    front_ends: tuple[FrontEndView, ...]
    probe: ProbeView | None
    image: Placed
    stage: Placed
    folder: Placed
    crosses: bool
    environment: tuple[Placed, ...]
    preparing: tuple[Placed, ...]
    packages: PackagesView | None
    download: Download | None
    copy_source: Placed | None
    targets: tuple[Target, ...]
    test: TestView | None
    debug: DebugView | None
    dev: DevView | None


def dockerfile_view(
    project: GoProject, programs: Sequence[Program], release: Release, options: Options
) -> DockerfileView:
    """Lay out the Dockerfile of these programs.

    Raises:
        RefusedError: a name cannot stand where it would have to.
    """
    needs_c = {program.cgo is not None for program in programs}
    folders = {work_folder(project, program) for program in programs}
    single, alike = len(programs) == 1, len(folders) == 1
    proof = proof_mounts(options)
    downloads = [download_step(project, one, proof, in_layers=options.in_layers) for one in programs]
    taken: set[str] = {"build", "source", "final", "probe", "test", "debug", "dev", "delve"}
    names = []
    for program in programs:
        names.append(Placed("final") if single else stage_name(program.name, taken))
        taken.update((names[-1], f"build-{names[-1]}"))
    # People say a program's name: where a front end is called the same, that one gives way.
    front_ends = front_end_views(programs, SOURCE, taken, in_layers=options.in_layers)
    targets: list[Target] = []
    for program, name, download in zip(programs, names, downloads, strict=True):
        place = Place(
            name=name,
            build_stage=Placed("build" if single else f"build-{name}"),
            download=download,
            front_ends=tuple(front_ends[one.folder] for one in program.front_ends),
            is_default=program is programs[0],
            alike=alike,
            mixed=len(needs_c) > 1,
            crosses=True not in needs_c,
        )
        targets.append(make_target(project, program, place, options))
    packages = {name for program in programs if program.cgo for name in program.cgo.build_packages}
    packages.update(options.kept.build_packages)
    test, debug, dev = people_stages(project, targets[0], release, options)
    return DockerfileView(
        syntax=Placed("docker/dockerfile:1") if options.syntax_line else None,
        pragmas=_pragmas(options),
        front_ends=tuple(front_ends.values()),
        probe=_probe(options) if any(probe_command(program, options) for program in programs) else None,
        image=image(release.image),
        stage=Placed("build" if single else "source"),
        folder=source_folder(folders.pop()) if alike else Placed(SOURCE),
        crosses=True not in needs_c,
        environment=_cgo(needs_c),
        preparing=private_commands(options),
        packages=packages_view(packages, "apt", with_user=False, in_layers=options.in_layers),
        download=downloads[0] if alike else None,
        copy_source=Placed(SOURCE) if options.in_layers and alike else None,
        targets=tuple(reversed(targets)),
        test=test,
        debug=debug,
        dev=dev,
    )


def _cgo(needs_c: set[bool]) -> tuple[Placed, ...]:
    return () if len(needs_c) > 1 else (Placed(f"CGO_ENABLED={int(True in needs_c)}"),)


def _pragmas(options: Options) -> tuple[Placed, ...]:
    if not options.in_layers:
        return ()
    return (Placed("gendock: file-ignore[GD344] registries and CI keep layers, and no cache mounts"),)


def _probe(options: Options) -> ProbeView:
    variant = " GOARM=${TARGETVARIANT#v}" if has_variants(options) else ""
    return ProbeView(
        build_arguments=Placed(f"TARGETOS TARGETARCH{' TARGETVARIANT' if variant else ''}"),
        mounts=() if options.in_layers else (MODULE_CACHE, BUILD_CACHE),
        environment=Placed(f"CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH{variant}"),
    )
