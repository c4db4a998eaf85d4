"""How a program is built: what stands around `go build` in the build stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendock.generate.downloads import BUILD_CACHE, MODULE_CACHE, Download
from gendock.generate.escaping import Placed
from gendock.generate.linking import DEFAULTS, linked_arguments
from gendock.generate.making import FrontEndView
from gendock.generate.private import proof_mounts

if TYPE_CHECKING:
    from gendock.generate.options import Options
    from gendock.generate.run_time import RunTime
    from gendock.golang import GoProject, Module, Program

_FIRST_WITH_VENDOR_BY_ITSELF = (1, 14)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a program stands in the file.

    `alike` says that all programs are built in the same folder, `mixed` that some need C and others do not,
    `crosses` that the build stage runs on the builder's platform whatever the image is for.
    """

    name: Placed
    build_stage: Placed
    download: Download | None
    front_ends: tuple[FrontEndView, ...]
    is_default: bool
    alike: bool
    mixed: bool
    crosses: bool


def mounts(folder: Placed, place: Place, options: Options, *, writable: bool) -> tuple[Placed, ...]:
    """What the build step sees besides its own layers."""
    proof = proof_mounts(options)
    if options.in_layers:
        return proof
    top = "." if folder == "/src" else "/src"
    source = Placed(f"type=bind,target={top}{',rw' if writable else ''}")
    outputs = (
        Placed(f"type=bind,from={one.name},source={one.output},target={one.wanted}")
        for one in place.front_ends
    )
    return (source, *outputs, *proof, MODULE_CACHE, BUILD_CACHE)


def build_arguments(program: Program, place: Place, options: Options) -> tuple[Placed, ...]:
    """The arguments of the build step, VERSION last: it costs that step alone."""
    names = ["TARGETOS", "TARGETARCH"] if place.crosses else []
    if place.crosses and has_variants(options):
        names.append("TARGETVARIANT")
    lines = [Placed(" ".join(names))] if names else []
    lines += [Placed(f"{name}={DEFAULTS[name]}") for name in linked_arguments(program)]
    return tuple(lines)


def environment(program: Program, place: Place, options: Options) -> tuple[Placed, ...]:
    """What stands before `go build`, a line each."""
    words = [f"CGO_ENABLED={int(program.cgo is not None)}"] if place.mixed else []
    if program.experiments:
        words.append(f"GOEXPERIMENT={','.join(program.experiments)}")
    lines = [Placed(" ".join(words))] if words else []
    if place.crosses:
        variant = " GOARM=${TARGETVARIANT#v}" if has_variants(options) else ""
        lines.append(Placed(f"GOOS=$TARGETOS GOARCH=$TARGETARCH{variant}"))
    return tuple(lines)


def flags(
    project: GoProject, module: Module, run: RunTime, *, vendored: bool, updates: bool
) -> tuple[Placed, ...]:
    """The flags of `go build` that the module, its vendor folder and the base image ask for."""
    found = []
    if updates and project.workspace is None:
        found.append(Placed("-mod=mod"))
    elif module.vendor_lacks is not None and project.workspace is None:
        found.append(Placed("-mod=readonly"))
    elif vendored and (module.go is None or _before(module, _FIRST_WITH_VENDOR_BY_ITSELF)):
        found.append(Placed("-mod=vendor"))
    tags = list(project.build_tags.tags) if project.build_tags is not None else []
    if run.base.is_empty and "timetzdata" not in tags:
        tags.append("timetzdata")  # no zone data is in an empty base
    if tags:
        found.append(Placed(f"-tags={','.join(tags)}"))
    return tuple(found)


def has_variants(options: Options) -> bool:
    """Whether an ARM platform of an own version is asked for."""
    return any(platform.startswith("linux/arm/") for platform in options.platforms)


def _before(module: Module, version: tuple[int, int]) -> bool:
    return module.go is not None and (module.go.version.major, module.go.version.minor) < version
