"""From what is wanted to the words of a command; nothing is run here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from gendock.engine.build_limits import REWRITING_BUILDKIT, kind_of_output
from gendock.engine.build_request import BuildRequest, Destination, Options, Provenance
from gendock.engine.builders import Builder, Kind
from gendock.engine.run import LABEL

_REWRITE = "rewrite-timestamp=true"
_OF_IMAGES = ("docker", "image", "oci", "registry")


def build_words(builder: Builder, request: BuildRequest, tag: str, metadata: Path | None) -> list[str]:
    """Return the command that builds one image.

    Args:
        builder: what builds.
        request: what.
        tag: the name to give to it now.
        metadata: where buildx writes what it made.
    """
    options = request.options
    words = list(builder.command)
    if builder.kind is Kind.BUILDX:
        words += ["build", *_of_builder(builder)]
    if builder.kind is not Kind.PODMAN:
        words.append("--progress=plain")
    words += [f"--file={request.dockerfile}", f"--tag={tag}"]
    if request.target is not None:
        words.append(f"--target={request.target}")
    if options.platforms:
        words.append(f"--platform={','.join(options.platforms)}")
    words += [f"--build-arg={argument}" for argument in options.build_args]
    words += [f"--secret={secret}" for secret in options.secrets]
    words += [f"--ssh={socket}" for socket in options.ssh]
    if options.no_cache:
        words.append("--no-cache")
    if options.epoch is not None and builder.kind is Kind.PODMAN:
        words.append(f"--timestamp={options.epoch}")
    words += _destination(builder, options)
    if builder.kind is Kind.BUILDX:
        words += _attestations(options)
        words += [f"--metadata-file={metadata}"] if metadata else []
    return [*words, str(request.context.resolve())]


def check_words(builder: Builder, request: BuildRequest) -> list[str]:
    """Return the command that asks BuildKit's checks about a Dockerfile."""
    words = [*builder.command, "build", *_of_builder(builder), "--progress=plain", "--call=check,format=json"]
    words.append(f"--file={request.dockerfile}")
    if request.target is not None:
        words.append(f"--target={request.target}")
    words += [f"--build-arg={argument}" for argument in request.options.build_args]
    if request.options.platforms:
        words.append(f"--platform={','.join(request.options.platforms)}")
    return [*words, str(request.context.resolve())]


def bake_words(
    builder: Builder, file: Path, targets: Mapping[str, str | None], options: Options
) -> list[str]:
    """Return the command that builds targets of a docker-bake.hcl, in whose folder it has to be run.

    What is asked for on the command line overrides what the file says; where the images go is never the
    file's choice alone.

    Args:
        builder: what builds.
        file: the docker-bake.hcl.
        targets: what to build, each with the tag that it gets now; None leaves the file's own, and the
            empty text is for a target of which no image is kept.
        options: what is asked for.
    """
    words = [*builder.command, "bake", *_of_builder(builder), "--progress=plain", f"--file={file.name}"]
    overrides: list[str] = []
    if options.platforms:
        overrides.append(f"*.platform={','.join(options.platforms)}")
    for argument in options.build_args:
        name, equals, value = argument.partition("=")
        overrides.append(f"*.args.{name}={value if equals else os.environ.get(name, '')}")
    for secret in options.secrets:
        absolute, outside = _absolute(secret, file.parent)
        overrides.append(f"*.secrets={absolute}")
        words += [f"--allow=fs.read={outside}"] if outside else []
    overrides += [f"*.ssh={socket}" for socket in options.ssh]
    for name, tag in targets.items():
        if tag == "":
            continue
        if options.destination is Destination.REGISTRY:
            overrides.append(f"{name}.output=type=image,push=true{_rewrite(builder, options)}")
        else:
            overrides.append(f"{name}.output=type=docker{_rewrite(builder, options)}")
            overrides.append(f"{name}.labels.{LABEL}=1")
        overrides += [f"{name}.tags={tag}"] if tag else []
    if options.no_cache:
        words.append("--no-cache")
    words += [f"--set={one}" for one in overrides]
    return [*words, *_attestations(options), *targets]


def _of_builder(builder: Builder) -> list[str]:
    return [f"--builder={builder.instance.name}"] if builder.instance else []


def _destination(builder: Builder, options: Options) -> Iterator[str]:
    rewrite = _rewrite(builder, options)
    if options.destination is Destination.ENGINE:
        if builder.kind is Kind.BUILDX:
            yield f"--output=type=docker{rewrite}" if rewrite else "--load"
        yield f"--label={LABEL}=1"
        return
    if options.push:
        yield f"--output=type=image,push=true{rewrite}"
    for output in options.outputs:
        more = rewrite if kind_of_output(output) in _OF_IMAGES and _REWRITE not in output else ""
        yield f"--output={output}{more}"


def _rewrite(builder: Builder, options: Options) -> str:
    """Let the files of the layers have the time of SOURCE_DATE_EPOCH too, where the builder can."""
    if options.epoch is None or builder.instance is None or builder.in_engine:
        return ""
    version = builder.instance.version
    return f",{_REWRITE}" if not version or version >= REWRITING_BUILDKIT else ""


def _attestations(options: Options) -> Iterator[str]:
    if options.sbom:
        yield "--sbom=true"
    if options.provenance is Provenance.NONE:
        yield "--provenance=false"
    elif options.provenance:
        yield f"--provenance=mode={options.provenance}"


def _absolute(secret: str, folder: Path) -> tuple[str, Path | None]:
    """Return a secret with its file named from the root, and that file where it is outside of a folder."""
    fields, outside = [], None
    for field in secret.split(","):
        key, equals, value = field.partition("=")
        if equals and key in ("src", "source"):
            file = Path(value).resolve()
            outside = None if file.is_relative_to(folder.resolve()) else file
            fields.append(f"{key}={file}")
        else:
            fields.append(field)
    return ",".join(fields), outside
