"""What a builder cannot do, said in one sentence before anything is built."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gendock.engine.build_request import Destination, Options
from gendock.engine.builders import Builder, Kind
from gendock.errors import GendockError

_CHECKING_CLIENT = (0, 15)
_CHECKING_BUILDKIT = (0, 15)
_EPOCH_BUILDKIT = (0, 11)
REWRITING_BUILDKIT = (0, 13)
_ANOTHER = "docker buildx create --use --driver docker-container makes a builder that can"
_OF_FILES = ("oci", "docker", "tar")


def refuse_what_it_cannot(builder: Builder, options: Options, *, containerd_store: bool) -> None:
    """Let pass what the builder can do.

    Args:
        builder: what builds.
        options: what a person asked for.
        containerd_store: whether the engine keeps its images with containerd.

    Raises:
        GendockError: it cannot do all of that; the sentence says what can.
    """
    if builder.kind is Kind.BUILDX:
        sentences = _of_buildx(builder, options, containerd_store=containerd_store)
    else:
        sentences = _of_others(builder, options)
    for sentence in sentences:
        raise GendockError(sentence)


def refuse_to_check(builder: Builder) -> None:
    """Let pass a builder that has BuildKit's own checks.

    Raises:
        GendockError: it has none.
    """
    instance = builder.instance
    old_client = builder.kind is not Kind.BUILDX or _older(builder.version, _CHECKING_CLIENT)
    old_buildkit = instance is not None and _older(instance.version, _CHECKING_BUILDKIT)
    if not old_client and not old_buildkit:
        return
    what = (
        f"{builder.name} has none of BuildKit's checks (buildx 0.15 and later do)"
        if old_client or instance is None
        else f"BuildKit {_shown(instance.version)} of the builder {instance.name} has no checks (0.15 has)"
    )
    raise GendockError(f"--check: {what}. gendock lint has them all, and needs no builder")


def refuse_to_bake(options: Options) -> None:
    """Let pass options that fit several images.

    Raises:
        GendockError: one does not.
    """
    if options.outputs:
        raise GendockError(
            "--output is for one image, and docker-bake.hcl has several: name one of its Dockerfiles, "
            "or push them with --push"
        )


def remarks(builder: Builder, options: Options) -> list[str]:
    """Return what a person should know although the build goes on."""
    if options.epoch is None:
        return []
    instance = builder.instance
    deaf = builder.kind is Kind.DOCKER or (instance is not None and _older(instance.version, _EPOCH_BUILDKIT))
    return [f"SOURCE_DATE_EPOCH has no effect: {builder.name} does not know it"] if deaf else []


def _of_buildx(builder: Builder, options: Options, *, containerd_store: bool) -> Iterator[str]:
    instance = builder.instance
    if instance is None:
        return
    several = len(options.platforms) > 1
    classic = instance.driver == "docker" and not containerd_store
    if several and classic:
        yield (
            f"several platforms: the engine's own BuildKit keeps one image of one platform. {_ANOTHER}; "
            "then add --push, or --output type=oci,dest=FILE"
        )
    if options.attests and classic:
        what = "--sbom" if options.sbom else "--provenance"
        yield f"{what}: the engine's own BuildKit keeps no attestations. {_ANOTHER}; then add --push"
    if options.destination is Destination.ENGINE:
        if several and not (instance.driver == "docker" and containerd_store):
            yield (
                "several platforms do not fit into one image of the engine. Add --push to send them to a "
                "registry, or --output type=oci,dest=FILE to write them to a file"
            )
        if options.attests and instance.driver != "docker":
            what = "--sbom" if options.sbom else "--provenance"
            yield (
                f"{what}: an image that is loaded into the engine loses its attestations. Add --push, or "
                "--output type=oci,dest=FILE"
            )
    nodes = {node.name for platform in options.platforms if (node := instance.node_for(platform))}
    if len(nodes) > 1:
        for output in options.outputs:
            if kind_of_output(output) in _OF_FILES:
                yield (
                    f"--output {output}: the nodes of {instance.name} build for a platform each, and only a "
                    "registry can put their images together. Add --push instead"
                )


def _of_others(builder: Builder, options: Options) -> Iterator[str]:
    lacking: Sequence[tuple[str, object]] = (
        ("several platforms", len(options.platforms) > 1),
        ("--push", options.push),
        ("--sbom", options.sbom),
        ("--provenance", options.attests),
        ("--metadata-file", options.metadata_file),
    )
    for what, asked in lacking:
        if asked:
            yield (
                f"{what}: {builder.name} cannot do that without buildx. Install the package "
                "docker-buildx-plugin (or docker-buildx), or name a builder with --builder"
            )
    for output in options.outputs:
        if builder.kind is Kind.PODMAN:
            yield f"--output {output}: podman writes no files from its service. Load the image instead"
        if kind_of_output(output) not in ("local", "tar"):
            yield f"--output {output}: {builder.name} writes type=local and type=tar only"


def kind_of_output(output: str) -> str:
    """Return the `type` of an output; `local` for a folder alone."""
    if "=" not in output:
        return "local"
    fields = dict(field.partition("=")[::2] for field in output.split(","))
    return fields.get("type", "")


def _older(version: tuple[int, ...], than: tuple[int, ...]) -> bool:
    """Whether a version is known to be older than another."""
    return bool(version) and version < than


def _shown(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
