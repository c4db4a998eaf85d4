"""The whole look at an image: its files, its start, its stop.

A server must become ready, be reachable, stay up, stop in time and start again; a worker the same without a
port; a command must print its help. What the image is, is asked for, or taken from EXPOSE, or seen by
starting it once.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gendock.engine.archive import StoredImage, read_image, read_stream
from gendock.engine.deadline import Deadline
from gendock.engine.diagnosis import asked_for
from gendock.engine.look import Look
from gendock.engine.recorder import Recorder, Watcher
from gendock.engine.results import CHECKS, CheckResult, Failure, Kind, Phase, SmokeReport, Status
from gendock.engine.session import Session
from gendock.engine.static import Judges, StaticRequest, layer_sizes, static_checks
from gendock.errors import GendockError

if TYPE_CHECKING:
    from docker.models.images import Image


@dataclass(frozen=True, slots=True)
class SmokeRequest:
    """What to start, and what is known of it.

    Attributes:
        image: a name or an id that the engine has.
        static_only: nothing is started.
        kind: None to find out.
        port: the port in the container; None for those of EXPOSE.
        likely_kind: what the source says it is; counts where the image exposes no port.
        likely_port: where the source says that it listens; counts likewise.
        likely_datagram_port: where it does so over UDP.
        health_paths: paths to ask, the likeliest first; `/` comes last by itself.
        only_these_paths: a person named the paths: nothing else counts as ready.
        expect_log: a line that the log must have before it counts as ready.
        environment: `NAME=value`.
        arguments: words in place of CMD; None for CMD itself.
        memory: the limit, `256m`.
        max_size: bytes that the image may have; None for any number.
        egress: it may reach the world.
        beside: networks that it is on as well, with the services that it needs.
        files: read-only, each by its path in the container: where it is on this machine.
        volumes: paths in the container at which it keeps data.
        services: what the check of the services that it needs says, and the last words of one that failed.
        ready_within: seconds for a server to become ready.
        stop_within: seconds from SIGTERM to the end.
        stay: seconds for which it must stay up once it is ready.
        skip: ids of checks that are not asked, each with the reason.
        places: where the source names a file or variable that a log may complain of, as `file:line`.
        defaults: the values that variables have in the source where nobody sets them.
        judges: who knows secrets and labels.
    """

    image: str
    static_only: bool = False
    kind: Kind | None = None
    port: int | None = None
    likely_kind: Kind | None = None
    likely_port: int | None = None
    likely_datagram_port: int | None = None
    health_paths: tuple[str, ...] = ()
    only_these_paths: bool = False
    expect_log: re.Pattern[str] | None = None
    environment: tuple[str, ...] = ()
    arguments: tuple[str, ...] | None = None
    memory: str = "256m"
    max_size: int | None = None
    egress: bool = False
    beside: Sequence[str] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    volumes: tuple[str, ...] = ()
    services: tuple[CheckResult, Failure | None] | None = None
    ready_within: float = 30.0
    stop_within: float = 10.0
    stay: float = 1.0
    skip: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    judges: Judges = field(default_factory=Judges)


# How variables are called that say where something is.
_ADDRESS = re.compile(r"_(?:URL|URI|ADDR|ADDRESS|HOST|DSN|SERVERS?|BROKERS?|ENDPOINT)\Z")


class NoSuchImageError(GendockError):
    """The engine has no image of that name."""


def smoke(session: Session, request: SmokeRequest, *, watch: Watcher | None = None) -> SmokeReport:
    """Look at an image. The end of `session` takes away what this made.

    Args:
        session: the engine, and the run that owns what is made.
        request: the image and what is known of it.
        watch: hears what is being waited for.

    Raises:
        NoSuchImageError: there is no such image.
        GendockError: a server's port cannot be found out.
        docker.errors.APIError: the engine failed.
    """
    began = time.monotonic()
    image = _image(session, request.image)
    size = int(image.attrs["Size"])
    record = Recorder(request.skip, watch)
    record.say("reading the image's files")
    stored = read_stream(image.save(), deadline=session.deadline)
    architecture = str(session.engine.client.version().get("Arch", ""))
    _look_at_files(record, request, stored, size, architecture)
    if request.static_only:
        return _report(request, stored, record, began, size=size)
    if request.services:
        check, record.failure = request.services
        record.add(check)
        if check.status is Status.FAIL:
            return _report(request, stored, record, began, size=size)
    look = Look(session, request, stored.facts, str(image.id), record)
    kind = look.run()
    report = _report(request, stored, record, began, size=size, kind=kind)
    return replace(report, image_id=str(image.id), kept=look.sandbox.names if session.run.keep else ())


def look_at_file(
    path: Path,
    request: SmokeRequest,
    *,
    platform: str = "",
    deadline: Deadline | None = None,
) -> SmokeReport:
    """Look at an image that is a file or folder, without an engine; nothing of it is started.

    Args:
        path: an archive of `docker save`, an OCI layout, or an archive of one.
        request: `image` names one of several in it; empty for the only one.
        platform: one of several, `linux/arm64`; empty for the only one, or this machine's.
        deadline: until when it has to be read.

    Raises:
        UnreadableImageError: it holds no such image, or a damaged one.
    """
    began = time.monotonic()
    stored = read_image(path, name=request.image, platform=platform, deadline=deadline)
    record = Recorder(request.skip, None)
    _look_at_files(record, request, stored, stored.size, None)
    report = _report(request, stored, record, began, size=stored.size)
    return replace(report, image=stored.name or str(path))


def _image(session: Session, name: str) -> Image:
    from docker.errors import ImageNotFound, NullResource

    try:
        return session.engine.client.images.get(name)
    except (ImageNotFound, NullResource) as error:
        raise NoSuchImageError(f"the engine has no image {name}. See: docker images") from error


def _look_at_files(
    record: Recorder, request: SmokeRequest, stored: StoredImage, size: int, architecture: str | None
) -> None:
    asked = StaticRequest(stored.facts, stored.layers, size, architecture, request.max_size, request.judges)
    for result in static_checks(asked):
        record.add(result)
    record.end_phase(Phase.STATIC)


def _report(
    request: SmokeRequest,
    stored: StoredImage,
    record: Recorder,
    began: float,
    *,
    size: int,
    kind: Kind | None = None,
) -> SmokeReport:
    return SmokeReport(
        image=request.image,
        image_id=stored.id,
        platform=f"{stored.facts.operating_system}/{stored.facts.architecture}",
        size=size,
        kind=kind,
        checks=tuple(sorted(record.checks, key=lambda check: list(CHECKS).index(check.id))),
        seconds=time.monotonic() - began,
        phases=record.phases,
        failure=_with_source(record.failure, request),
        layers=layer_sizes(stored.layers, request.judges),
    )


def _with_source(failure: Failure | None, request: SmokeRequest) -> Failure | None:
    """Add where the source names what the evidence names."""
    found = failure.diagnosis if failure else None
    if failure is None or found is None:
        return failure
    name, because = "", found.because
    if found.id in ("missing-file", "environment", "environment-file"):
        named = [name for name in request.places if name in found.evidence]
        name = max(named, key=len, default="")  # the longest is the surest
    elif found.id == "backing-service":
        name = _variable_of(re.sub(r":\d+\Z", "", asked_for(found.evidence)), request)
        because += f" ({name} says where)" if name else ""
    if not name:
        return failure
    return replace(failure, diagnosis=replace(found, because=because, place=request.places.get(name)))


def _variable_of(service: str, request: SmokeRequest) -> str:
    """Return the variable that holds a service's address, or the only one that can."""
    given = dict(pair.partition("=")[::2] for pair in request.environment)
    values = {**request.defaults, **given}
    holding = [name for name, value in values.items() if service and service in re.findall(r"[\w.-]+", value)]
    alike = [name for name in request.places if _ADDRESS.search(name)]
    return (holding or (alike if len(alike) == 1 else [""]))[0]
