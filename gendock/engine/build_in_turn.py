"""Build the targets of a docker-bake.hcl one after another, where there is no buildx to do it."""

from __future__ import annotations

import time
from dataclasses import replace

from gendock.engine.build import build_image
from gendock.engine.build_client import Watcher
from gendock.engine.build_request import BuildRequest, BuiltImage, Delivery
from gendock.engine.build_several import Baked, BakeRequest, names_of, targets_for
from gendock.engine.builders import Builder
from gendock.engine.session import Session


def build_in_turn(
    session: Session,
    builder: Builder,
    request: BakeRequest,
    *,
    watch: Watcher | None = None,
) -> Baked:
    """Build each target with a client of its own, under the run's own tag; the first that fails is the last.

    Raises:
        GendockError: the file needs buildx to be read, or has no such target.
        EngineUnavailableError, StepFailedError, BuildFailedError: as `build_image`.
    """
    began = time.monotonic()
    targets = targets_for([builder], request, session.engine.address.environment)
    built: list[BuiltImage] = []
    images: list[BuiltImage] = []
    deliveries: list[Delivery] = []
    for at, target in enumerate(targets):
        options = request.options
        of_file = tuple(f"{name}={value}" for name, value in target.arguments.items())
        options = replace(
            options,
            platforms=options.platforms or target.platforms,
            build_args=(*of_file, *options.build_args),  # the last of a name counts
        )
        context = request.file.parent / target.context
        one = BuildRequest(context, target.dockerfile, f"gendock-target-{at}:1", target.stage, options)
        image = build_image(session, builder, one, watch=watch)
        built.append(image)
        if target.has_image:
            first, *rest = names_of(target)
            images.append(replace(image, tag=first, more_tags=tuple(rest), target=target.name))
        else:
            told = (image.steps, image.cached, image.seconds, builder.name, target.name)
            deliveries.append(Delivery((), "", (), (), *told))
    return Baked(
        tuple(images),
        tuple(deliveries),
        steps=sum(one.steps for one in built),
        cached=sum(one.cached for one in built),
        seconds=time.monotonic() - began,
        builders={builder.label: len(targets)},
    )
