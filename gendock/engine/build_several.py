"""Build the targets of a docker-bake.hcl, on one builder or spread over several."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gendock.engine.bake import BakeTarget, read_bake, read_targets, spread
from gendock.engine.bake_file import read_without_buildx
from gendock.engine.build import (
    cached_in,
    image_in_engine,
    metadata_environment,
    read_metadata,
)
from gendock.engine.build_client import Client, Watcher, run_clients
from gendock.engine.build_command import bake_words
from gendock.engine.build_failure import why_it_failed
from gendock.engine.build_limits import refuse_to_bake, refuse_what_it_cannot
from gendock.engine.build_request import BuiltImage, Delivery, Destination, Options
from gendock.engine.builders import Builder, Kind
from gendock.engine.connection import find_address
from gendock.engine.names import complete_tag, default_tag
from gendock.engine.progress import Outcome, Progress, Step
from gendock.engine.session import Session, Work, scratch
from gendock.errors import GendockError


@dataclass(frozen=True, slots=True)
class BakeRequest:
    """What to build of a docker-bake.hcl.

    Attributes:
        file: the file; what it names is relative to its folder.
        targets: by name; none for the group `default`.
        options: as for one image.
    """

    file: Path
    targets: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)


@dataclass(frozen=True, slots=True)
class Baked:
    """What became of the targets.

    Attributes:
        images: those in the engine, in the order of the file.
        deliveries: those that were pushed.
        steps: instructions that the builds came by, FROM aside.
        cached: how many of them were taken from caches.
        seconds: by the clock on the wall.
        builders: what built, with the number of its targets.
    """

    images: tuple[BuiltImage, ...]
    deliveries: tuple[Delivery, ...]
    steps: int
    cached: int
    seconds: float
    builders: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Share:
    """A builder's part of the work."""

    builder: Builder
    targets: tuple[BakeTarget, ...]
    client: Client
    metadata: Path

    def steps_of(self, target: BakeTarget) -> list[Step]:
        """Return the steps of one target; a step that several share is the first one's."""
        steps = self.client.progress.instructions
        return steps if len(self.targets) == 1 else [step for step in steps if step.target == target.name]


def bake_into_engine(
    session: Session, builders: Sequence[Builder], request: BakeRequest, *, watch: Watcher | None = None
) -> Baked:
    """Build and load all targets under the run's own tag, which the end of `session` takes away.

    Raises:
        EngineUnavailableError: a client cannot be run, or the engine went away.
        GendockError: the file cannot be read, or a builder cannot do what the options ask for.
        StepFailedError: a step failed, or BuildKit refused a Dockerfile.
        BuildFailedError: the deadline passed.
    """
    began = time.monotonic()
    environment = session.engine.address.environment
    targets = targets_for(builders, request, environment)
    temporary = {target.name: f"gendock-target-{at}:{session.run.tag}" for at, target in enumerate(targets)}
    with scratch(session.run) as folder:
        shares = _bake(session, builders, request, targets, temporary, folder, environment, watch)
    images: list[BuiltImage] = []
    deliveries: list[Delivery] = []
    for target, share in _in_order(targets, shares):
        if target.has_image:
            images.append(_built(session, target, temporary[target.name], share))
        else:
            deliveries.append(_delivery(target, share, (), ""))
    return _baked(shares, began, images=tuple(images), deliveries=tuple(deliveries))


def bake_into_registry(
    work: Work, builders: Sequence[Builder], request: BakeRequest, *, watch: Watcher | None = None
) -> Baked:
    """Build all targets and push them under the names that the file gives them.

    Raises:
        EngineUnavailableError, GendockError, StepFailedError, BuildFailedError: as `bake_into_engine`.
    """
    began = time.monotonic()
    environment = find_address().environment
    targets = targets_for(builders, request, environment)
    for target in targets:
        if target.has_image and not target.tags:
            raise GendockError(
                f"--push: the target {target.name} of {request.file} has no `tags`, which say where to"
            )
    with scratch(work.run) as folder:
        shares = _bake(work, builders, request, targets, {}, folder, environment, watch)
        told = _told(shares)
    deliveries = [
        _delivery(
            target,
            share,
            request.options.platforms or target.platforms,
            str(told.get(target.name, {}).get("containerimage.digest", "")),
        )
        for target, share in _in_order(targets, shares)
    ]
    return _baked(shares, began, deliveries=tuple(deliveries))


def targets_for(
    builders: Sequence[Builder], request: BakeRequest, environment: Mapping[str, str]
) -> list[BakeTarget]:
    """Return the targets, which fit the builders.

    Raises:
        EngineUnavailableError: buildx cannot be asked.
        GendockError: the file cannot be read, or a builder cannot do what it asks for.
    """
    refuse_to_bake(request.options)
    first = builders[0]
    if first.kind is Kind.BUILDX:
        targets = read_bake(first, request.file, request.targets, environment)
    else:
        targets = read_targets(read_without_buildx(request.file, os.environ), request.file, request.targets)
    for target in targets:
        several = len(target.platforms) > 1 and not request.options.platforms and target.has_image
        if several and request.options.destination is Destination.ENGINE:
            raise GendockError(
                f"the target {target.name} of {request.file} is for {', '.join(target.platforms)}, and an "
                f"image of the engine is for one. Add --push, or --platform {target.platforms[0]}"
            )
        if several:
            for builder in builders:
                options = replace(request.options, platforms=target.platforms)
                refuse_what_it_cannot(builder, options, containerd_store=False)
    return targets


def _bake(
    work: Work,
    builders: Sequence[Builder],
    request: BakeRequest,
    targets: Sequence[BakeTarget],
    tags: Mapping[str, str],
    folder: Path,
    environment: Mapping[str, str],
    watch: Watcher | None,
) -> list[_Share]:
    by_name = {target.name: target for target in targets}
    parts = spread(list(by_name), [builder.label for builder in builders])
    shares: list[_Share] = []
    for builder in builders:
        names = parts.get(builder.label)
        if not names:
            continue
        metadata = folder / f"metadata-{len(shares)}.json"
        mine = {name: tags.get(name) if by_name[name].has_image else "" for name in names}
        words = bake_words(builder, request.file, mine, request.options)
        client = Client(
            [*words, f"--metadata-file={metadata}"],
            {**environment, **builder.environment, **metadata_environment(request.options)},
            request.file.parent.resolve(),
        )
        shares.append(_Share(builder, tuple(by_name[name] for name in names), client, metadata))
    run_clients(work, [share.client for share in shares], watch)
    for share in shares:
        if share.client.status:
            raise why_it_failed(_dockerfile_of(share), share.client.progress)
    if request.options.metadata_file:
        request.options.metadata_file.write_text(json.dumps(_told(shares), indent=2) + "\n", "utf-8")
    return shares


def _told(shares: Sequence[_Share]) -> dict[str, Any]:
    """Return what the builders wrote of their targets, by the targets' names; warnings, too, have a name."""
    told = [read_metadata(share.metadata) for share in shares]
    return {name: value for one in told for name, value in one.items() if isinstance(value, dict)}


def _dockerfile_of(share: _Share) -> Path:
    """Return the Dockerfile of the step that failed."""
    failed = share.client.progress.failed
    named = failed.target if failed else None
    return next((one.dockerfile for one in share.targets if one.name == named), share.targets[0].dockerfile)


def _in_order(targets: Sequence[BakeTarget], shares: Sequence[_Share]) -> list[tuple[BakeTarget, _Share]]:
    return [(target, share) for target in targets for share in shares if target in share.targets]


def _built(session: Session, target: BakeTarget, temporary: str, share: _Share) -> BuiltImage:
    image = image_in_engine(session.engine, temporary, share.builder, target.dockerfile)
    names = names_of(target)
    steps = share.steps_of(target)
    return BuiltImage(
        id=str(image.id),
        tag=names[0],
        size=int(image.attrs["Size"]),
        steps=len(steps),
        cached=sum(step.outcome is Outcome.CACHED for step in steps),
        seconds=0.0,
        builder=share.builder.label,
        more_tags=tuple(names[1:]),
        target=target.name,
    )


def _delivery(target: BakeTarget, share: _Share, platforms: tuple[str, ...], digest: str) -> Delivery:
    steps = share.steps_of(target)
    return Delivery(
        names=target.tags if target.has_image else (),
        digest=digest,
        platforms=platforms,
        outputs=(),
        steps=len(steps),
        cached=sum(step.outcome is Outcome.CACHED for step in steps),
        seconds=0.0,
        builder=share.builder.label,
        target=target.name,
    )


def names_of(target: BakeTarget) -> list[str]:
    """Return the file's names of an image, or one made up.

    That has the target's own in front: a repository's images are told apart by it.
    """
    if target.tags:
        return [complete_tag(tag) for tag in target.tags]
    made_up = default_tag(target.dockerfile.parent, target.dockerfile, target.name)
    name = re.sub(r"[^a-z0-9]+", "-", target.name.lower()).strip("-") or "target"
    return [f"{name}:{made_up.rpartition(':')[2]}"]


def _baked(shares: Sequence[_Share], began: float, **what: Any) -> Baked:  # noqa: ANN401 - Baked's own
    progresses: list[Progress] = [share.client.progress for share in shares]
    return Baked(
        images=what.get("images", ()),
        deliveries=what.get("deliveries", ()),
        steps=sum(len(one.instructions) for one in progresses),
        cached=cached_in(progresses),
        seconds=time.monotonic() - began,
        builders={share.builder.label: len(share.targets) for share in shares},
    )
