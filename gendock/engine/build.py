"""Build images, in the engine or elsewhere, and watch their steps.

While a run works on an image, the image carries the run's own tag (see `gendock.engine.run`); only
`keep_image` gives it a name that stays. So an image of a run that failed goes away with that tag, and one
that was there before only loses the tag again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from gendock.engine.build_client import Client, Watcher, run_clients
from gendock.engine.build_command import build_words
from gendock.engine.build_failure import why_it_failed
from gendock.engine.build_limits import refuse_what_it_cannot
from gendock.engine.build_request import BuildRequest, BuiltImage, Delivery, Options
from gendock.engine.builders import Builder, Kind, Surroundings, find_builders
from gendock.engine.connection import Engine, connect, find_address
from gendock.engine.podman_progress import PodmanProgress
from gendock.engine.progress import Outcome, Progress
from gendock.engine.run import LABEL, run_of_tag
from gendock.engine.session import Session, Work, scratch
from gendock.errors import BuildFailedError, GendockError


def build_image(
    session: Session, builder: Builder, request: BuildRequest, *, watch: Watcher | None = None
) -> BuiltImage:
    """Build and return the image under the run's own tag, which the end of `session` takes away.

    Args:
        session: the engine, the run that owns the image, and the deadline.
        builder: what builds.
        request: what to build.
        watch: hears of every step.

    Raises:
        EngineUnavailableError: the client cannot be run, or the engine went away.
        StepFailedError: BuildKit refused the Dockerfile, or a step failed.
        BuildFailedError: the deadline passed.
    """
    began = time.monotonic()
    temporary = f"{request.tag.rpartition(':')[0]}:{session.run.tag}"
    with scratch(session.run) as folder:
        progress = _build(
            session, builder, request, temporary, folder, session.engine.address.environment, watch
        )
    image = image_in_engine(session.engine, temporary, builder, request.dockerfile)
    return BuiltImage(
        id=str(image.id),
        tag=request.tag,
        size=int(image.attrs["Size"]),
        steps=len(progress.instructions),
        cached=cached_in([progress]),
        seconds=time.monotonic() - began,
        builder=builder.name,
    )


def deliver_image(
    work: Work, builder: Builder, request: BuildRequest, *, watch: Watcher | None = None
) -> Delivery:
    """Build an image that goes to a registry or into files; no engine is needed where the builder is another.

    Raises:
        EngineUnavailableError, StepFailedError, BuildFailedError: as `build_image`.
    """
    began = time.monotonic()
    options = request.options
    with scratch(work.run) as folder:
        environment = find_address().environment
        progress = _build(work, builder, request, request.tag, folder, environment, watch)
        told = read_metadata(options.metadata_file or folder / "metadata.json")
    return Delivery(
        names=(request.tag,) if options.push else (),
        digest=str(told.get("containerimage.digest", "")),
        platforms=options.platforms,
        outputs=options.outputs,
        steps=len(progress.instructions),
        cached=cached_in([progress]),
        seconds=time.monotonic() - began,
        builder=builder.name,
    )


def keep_image(engine: Engine, image: BuiltImage) -> None:
    """Give the image its lasting names.

    gendock's image that had one before gets the run's tag, and so goes away at the end of the run if nothing
    else needs it, even where gendock is killed between one step and the next. One with a container stays, as
    an image without a name: that is how docker itself leaves it.
    """
    from docker.errors import ImageNotFound

    client = engine.client
    for at, name in enumerate((image.tag, *image.more_tags)):
        with suppress(ImageNotFound):
            before = client.images.get(name)
            if str(before.id) != image.id and _is_ours(before.labels) and not _is_used(engine, before.id):
                of_run = _run_tag_of(client.images.get(image.id).tags)
                if of_run:
                    before.tag(f"gendock-before-{at}-{str(before.id).removeprefix('sha256:')[:12]}", of_run)
        repository, _, tag = name.rpartition(":")
        client.images.get(image.id).tag(repository, tag)


def _is_ours(labels: Mapping[str, str]) -> bool:
    return bool(labels.get(LABEL))


def _is_used(engine: Engine, image_id: str | None) -> bool:
    # Sparse, as one that another run takes away meanwhile could not be inspected any more.
    return bool(engine.client.containers.list(all=True, sparse=True, filters={"ancestor": str(image_id)}))


def _run_tag_of(tags: Iterable[str]) -> str | None:
    return next((tag.rpartition(":")[2] for tag in tags if run_of_tag(tag)), None)


def one_builder(options: Options, engine: Engine | None) -> Builder:
    """Return the builder of one image.

    Raises:
        EngineUnavailableError, GendockError: as `builders_for`; or several are named.
    """
    if len(options.builders) > 1:
        raise GendockError(
            "several --builder spread the targets of docker-bake.hcl, and here is one image. Name one builder"
        )
    return builders_for(options, engine)[0]


def builders_for(options: Options, engine: Engine | None) -> list[Builder]:
    """Return the builders, each able to do what is asked for.

    Args:
        options: what is asked for.
        engine: where the image goes; None where it goes elsewhere, and the engine counts only if it builds.

    Raises:
        EngineUnavailableError: there is none, or it does not answer.
        GendockError: one cannot do that; the sentence says what can.
    """
    address = engine.address if engine else find_address()
    is_podman = engine.is_podman if engine else address.url.endswith("/podman.sock")
    podman = address.url if is_podman else None
    builders = find_builders(options.builders, Surroundings(environment=address.environment, podman=podman))
    for builder in builders:
        with_containerd = False
        if builder.in_engine and builder.kind is Kind.BUILDX and (options.attests or options.platforms):
            asked = engine or connect()
            with_containerd = asked.has_containerd_store
            if engine is None:
                asked.client.close()
        refuse_what_it_cannot(builder, options, containerd_store=with_containerd)
    return builders


def image_in_engine(engine: Engine, name: str, builder: Builder, dockerfile: Path) -> Any:  # noqa: ANN401 - docker-py's
    """Return an image that a builder says it has built.

    Raises:
        BuildFailedError: the engine does not have it.
    """
    from docker.errors import ImageNotFound

    try:
        return engine.client.images.get(name)
    except ImageNotFound as error:
        raise BuildFailedError(
            f"{builder.name} built {dockerfile}, and the engine does not have the image: "
            "does the builder load into another engine?"
        ) from error


def cached_in(progresses: Iterable[Progress]) -> int:
    """Count the instructions that were taken from the cache."""
    return sum(step.outcome is Outcome.CACHED for one in progresses for step in one.instructions)


def read_metadata(file: Path) -> dict[str, Any]:
    """Return what buildx wrote of its images; nothing where it wrote nothing."""
    with suppress(OSError, ValueError):
        read = json.loads(file.read_text("utf-8"))
        if isinstance(read, dict):
            return read
    return {}


def metadata_environment(options: Options) -> dict[str, str]:
    """Let buildx not ask for provenance that nobody wants to read."""
    return {} if options.metadata_file else {"BUILDX_METADATA_PROVENANCE": "disabled"}


def _build(
    work: Work,
    builder: Builder,
    request: BuildRequest,
    tag: str,
    folder: Path,
    environment: Mapping[str, str],
    watch: Watcher | None,
) -> Progress:
    options = request.options
    command = build_words(builder, request, tag, options.metadata_file or folder / "metadata.json")
    client = Client(command, {**environment, **builder.environment, **metadata_environment(options)})
    if builder.kind is Kind.PODMAN:
        client.progress = PodmanProgress()
    run_clients(work, [client], watch)
    if client.status != 0:
        raise why_it_failed(request.dockerfile, client.progress)
    return client.progress
