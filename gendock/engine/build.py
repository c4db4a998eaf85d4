"""Build an image through a docker client with BuildKit, and watch its steps.

While a run works on an image, the image carries the run's own tag (see `gendock.engine.run`); only
`keep_image` gives it a name that stays. So an image of a run that failed goes away with that tag, and one
that was there before only loses the tag again.
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gendock.engine.build_failure import why_it_failed
from gendock.engine.builders import Builder, find_builder
from gendock.engine.cleanup import remove_if_orphaned
from gendock.engine.connection import Engine
from gendock.engine.progress import Event, Outcome, Progress
from gendock.engine.run import LABEL
from gendock.engine.session import Session
from gendock.errors import BuildFailedError, EngineUnavailableError

Watcher = Callable[[Event, Progress], None]
_GRACE = 8.0  # seconds for a client to cancel its build before it is killed


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What to build.

    Attributes:
        context: the folder whose files the build reads.
        dockerfile: the Dockerfile, in the context or elsewhere.
        tag: the name that the image keeps; see `gendock.engine.names`.
        target: the stage to build; None for the last.
        build_args: `NAME=value`, or `NAME` for the value of the environment.
        no_cache: run every step anew.
    """

    context: Path
    dockerfile: Path
    tag: str
    target: str | None = None
    build_args: tuple[str, ...] = ()
    no_cache: bool = False


@dataclass(frozen=True, slots=True)
class BuiltImage:
    """An image that was built.

    Attributes:
        id: `sha256:…`, the image's own name.
        tag: the name for people, there once `keep` has run.
        size: bytes of all its layers.
        steps: instructions of the Dockerfile that the build came by, FROM aside.
        cached: how many of them were taken from the cache.
        seconds: by the clock on the wall.
        builder: the client that built it, with its version.
    """

    id: str
    tag: str
    size: int
    steps: int
    cached: int
    seconds: float
    builder: str


def build_image(session: Session, request: BuildRequest, *, watch: Watcher | None = None) -> BuiltImage:
    """Build and return the image under the run's own tag, which the end of `session` takes away.

    Args:
        session: the engine, the run that owns the image, and the deadline.
        request: what to build.
        watch: hears of every step.

    Raises:
        EngineUnavailableError: no client can build, or the engine went away.
        StepFailedError: BuildKit refused the Dockerfile, or a step failed.
        BuildFailedError: the deadline passed.
    """
    from docker.errors import ImageNotFound

    builder = find_builder()
    engine = session.engine
    temporary = f"{request.tag.rpartition(':')[0]}:{session.run.tag}"
    began = time.monotonic()
    progress = Progress()
    command = _command(builder, request, temporary)
    environment = {**engine.environment, **builder.environment}
    status = _run_client(session, command, environment, progress, watch)
    if status != 0:
        raise why_it_failed(request.dockerfile, progress)
    try:
        image = engine.client.images.get(temporary)
    except ImageNotFound as error:
        raise BuildFailedError(
            f"{builder.name} built {request.dockerfile}, and the engine does not have the image: "
            "does the builder load into another engine?"
        ) from error
    steps = progress.instructions
    return BuiltImage(
        id=str(image.id),
        tag=request.tag,
        size=int(image.attrs["Size"]),
        steps=len(steps),
        cached=sum(step.outcome is Outcome.CACHED for step in steps),
        seconds=time.monotonic() - began,
        builder=builder.name,
    )


def keep_image(engine: Engine, image: BuiltImage) -> None:
    """Give the image its lasting name; gendock's image that had it before goes, if nothing else needs it."""
    from docker.errors import ImageNotFound

    try:
        before = str(engine.client.images.get(image.tag).id)
    except ImageNotFound:
        before = image.id
    name, _, tag = image.tag.rpartition(":")
    engine.client.images.get(image.id).tag(name, tag)
    if before != image.id:
        remove_if_orphaned(engine.client, before)


def _command(builder: Builder, request: BuildRequest, tag: str) -> list[str]:
    words = [*builder.command, "--progress=plain", f"--file={request.dockerfile}", f"--tag={tag}"]
    words.append(f"--label={LABEL}=1")
    if request.target is not None:
        words.append(f"--target={request.target}")
    if request.no_cache:
        words.append("--no-cache")
    words += [f"--build-arg={argument}" for argument in request.build_args]
    return [*words, str(request.context.resolve())]


def _run_client(
    session: Session,
    command: list[str],
    environment: dict[str, str],
    progress: Progress,
    watch: Watcher | None,
) -> int:
    """Run the client to its end and feed what it prints; its exit status.

    The client has a process group of its own: a Ctrl-C in the terminal reaches gendock, which cancels the
    client and waits for it, so that the engine has stopped building before anything is cleaned up.
    """
    deadline = session.deadline
    client: subprocess.Popen[bytes] | None = None
    late: threading.Timer | None = None
    try:
        with session.interrupts.held():  # a client that was started is a client that can be cancelled
            client = _started(command, environment)
        late = threading.Timer(deadline.left, _cancel, args=[client])
        late.daemon = True
        late.start()
        assert client.stdout is not None  # noqa: S101 - stdout=PIPE above
        # Only "\n" ends a line: a program's progress bar, drawn with "\r", stays one line.
        with io.TextIOWrapper(client.stdout, encoding="utf-8", errors="replace", newline="\n") as lines:
            for line in lines:
                event = progress.feed(line)
                if event and watch:
                    watch(event, progress)
        status = client.wait()
    except BaseException:
        if client is not None:
            _cancel(client)
        raise
    finally:
        if late is not None:
            late.cancel()
        if client is not None and client.stdout is not None:
            client.stdout.close()
    if status != 0 and deadline.passed:
        raise BuildFailedError(f"the build took longer than {deadline.seconds:g} s (--timeout)")
    return status


def _started(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,
        )
    except OSError as error:
        raise EngineUnavailableError(f"cannot run {command[0]}: {error.strerror}") from error


def _cancel(client: subprocess.Popen[bytes]) -> None:
    """End the client's process group: ask first, so that it can cancel the build in the engine."""
    for number in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(client.pid, number)
        with suppress(subprocess.TimeoutExpired):
            client.wait(_GRACE)
            return
