"""Take away what a run made, and what runs left that were killed.

Everything is found by the run's label or tag, never by a handle held in memory: so it does not matter at
which point a run was stopped. Nothing else is touched: an image that has another name keeps it and stays.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gendock.engine.run import KEEP_LABEL, OWNER_LABEL, RUN_LABEL, Owner, Run, run_of_tag

if TYPE_CHECKING:
    from docker import DockerClient

    from gendock.engine.signals import Interrupts

_TRIES = 20
_PAUSE = 0.25  # seconds between tries: the engine may still be busy with the object


@contextmanager
def cleaned_up(client: DockerClient, run: Run, interrupts: Interrupts) -> Iterator[None]:
    """Remove all that `run` made when the block ends, however it ends."""
    try:
        yield
    finally:
        if not run.keep:
            with interrupts.silenced():
                remove_run(client, run.id)


def remove_run(client: DockerClient, run_id: str) -> None:
    """Remove the containers, networks, volumes and image tags of one run."""
    _remove(client, lambda run, _owner: run == run_id, {"label": f"{RUN_LABEL}={run_id}"})


def sweep(client: DockerClient) -> None:
    """Remove what runs left whose process has ended; a living run's objects stay."""
    _remove(client, lambda _run, owner: owner is not None and owner.is_over(), {"label": RUN_LABEL})


def _remove(
    client: DockerClient, wanted: Callable[[str, Owner | None], bool], filters: dict[str, str]
) -> None:
    for container in client.api.containers(all=True, filters=filters):
        if _matches(container["Labels"], wanted):
            _until_gone(lambda id_=container["Id"]: client.api.remove_container(id_, force=True, v=True))
    for network in client.api.networks(filters=filters):
        if _matches(network["Labels"], wanted):
            _until_gone(lambda id_=network["Id"]: client.api.remove_network(id_))
    for volume in client.api.volumes(filters=filters).get("Volumes") or ():
        if _matches(volume["Labels"], wanted):
            _until_gone(lambda name=volume["Name"]: client.api.remove_volume(name, force=True))
    for image in client.api.images():
        for reference in image.get("RepoTags") or ():
            named = run_of_tag(reference)
            if named and wanted(*named):
                # By its tag and without force: an image with another tag only loses this one.
                _until_gone(lambda name=reference: client.api.remove_image(name))


def _matches(labels: dict[str, str] | None, wanted: Callable[[str, Owner | None], bool]) -> bool:
    here = labels or {}
    return (
        RUN_LABEL in here
        and KEEP_LABEL not in here
        and wanted(here[RUN_LABEL], Owner.parse(here.get(OWNER_LABEL, "")))
    )


def _until_gone(remove: Callable[..., Any]) -> None:
    """Call `remove` until the object is gone; a conflict passes when the engine has finished with it."""
    from docker.errors import APIError, NotFound

    for left in reversed(range(_TRIES)):
        try:
            remove()
        except NotFound:
            return
        except APIError as error:
            if not left or error.status_code not in (403, 409, 500):
                raise
            time.sleep(_PAUSE)
        else:
            return
