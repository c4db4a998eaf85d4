"""Bring up what a program needs with docker compose, and wait until it is there.

Everything carries the run's labels, so that its end, or the next run, takes it away whatever becomes of
docker compose.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gendock.engine.build_client import Client, run_clients
from gendock.engine.compose import Composition, Dependency, compose
from gendock.engine.recorder import Watcher
from gendock.engine.results import CheckResult, Failure, Status
from gendock.engine.session import Session, scratch
from gendock.errors import BuildFailedError, EngineUnavailableError, GendockError

if TYPE_CHECKING:
    from docker.models.containers import Container

_WITHIN = 20  # seconds for a client to say its version
_PAUSE = 0.2
_SETTLED = 0.3
_LOG_LINES = 40


@dataclass(frozen=True, slots=True)
class ComposeRequest:
    """Which services to bring up.

    Attributes:
        file: the compose file.
        service: the program's name in it; None to find out.
        folder: the build context.
        egress: the services may reach the world.
        within: seconds for all of them to be there.
    """

    file: Path
    service: str | None
    folder: Path
    egress: bool
    within: float


@dataclass(frozen=True, slots=True)
class Backing:
    """What was brought up.

    Attributes:
        composition: the run's copy of the project.
        check: whether all of it is there.
        failure: the last words of a service that is not.
    """

    composition: Composition
    check: CheckResult
    failure: Failure | None


@contextmanager
def brought_up(session: Session, request: ComposeRequest, watch: Watcher | None) -> Iterator[Backing]:
    """Bring up what the program needs; the end of `session` takes it away.

    Raises:
        EngineUnavailableError: there is no docker compose.
        GendockError: it does not take the file, or cannot bring it up.
    """
    words = find_compose()
    began = time.monotonic()
    with scratch(session.run) as folder:
        said = _config(session, words, request.file, folder)
        made = compose(
            said, session.run, service=request.service, folder=request.folder, egress=request.egress
        )
        names = ", ".join(one.name for one in made.needs)
        if watch:
            watch(f"bringing up {names}")
        if made.needs:
            _up(session, words, request.file.parent, made, folder)
        late = _wait(session, made, session.deadline.within(request.within).at)
        milliseconds = round((time.monotonic() - began) * 1000)
        if late is None:
            evidence = f"{names} up" if names else "needs no service"
            yield Backing(made, CheckResult("services", Status.PASS, milliseconds, evidence), None)
            return
        failure = _failure(session, late)
        yield Backing(made, CheckResult("services", Status.FAIL, milliseconds, failure.summary), failure)


def find_compose() -> tuple[str, ...]:
    """Return the words of docker compose: the docker client's plugin, or a command of its own.

    Raises:
        EngineUnavailableError: there is none.
    """
    beside = Path(sys.executable).with_name("docker-compose")
    for words in (("docker", "compose"), ("docker-compose",), (str(beside),)):
        client = shutil.which(words[0])
        if client is None:
            continue
        asked = [client, *words[1:], "version"]
        try:
            done = subprocess.run(
                asked, capture_output=True, check=False, timeout=_WITHIN, stdin=subprocess.DEVNULL
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0 and b"ompose" in done.stdout:
            return (client, *words[1:])
    raise EngineUnavailableError(
        "no docker compose here. Install the package docker-compose-plugin: https://docs.docker.com/compose/install/"
    )


def _config(session: Session, words: tuple[str, ...], file: Path, folder: Path) -> dict[str, Any]:
    answer = folder / "said.json"
    _run(session, [*words, f"--file={file}", "config", "--format=json"], answer)
    try:
        said = json.loads(answer.read_bytes())
    except ValueError as error:
        raise GendockError(f"docker compose config says something that is no JSON: {error}") from error
    return dict(said)


def _up(session: Session, words: tuple[str, ...], parent: Path, made: Composition, folder: Path) -> None:
    model = folder / "compose.json"
    model.touch(0o600)
    # What config wrote is read once more: a $ in it would be a variable.
    model.write_text(json.dumps(made.model).replace("$", "$$"))
    started = [
        f"--project-name={session.run.name}",
        f"--project-directory={parent.resolve()}",
        f"--file={model}",
    ]
    _run(session, [*words, *started, "up", "--detach", "--quiet-pull"], folder / "up.txt")


def _run(session: Session, words: list[str], answer: Path) -> None:
    """Run docker compose to its end.

    Raises:
        GendockError: it failed; the sentence is its own.
    """
    environment = {**session.engine.address.environment, "COMPOSE_PROGRESS": "plain", "COMPOSE_ANSI": "never"}
    client = Client(words, environment, answer=answer)
    try:
        run_clients(session, [client], None)
    except BuildFailedError:
        raise GendockError(
            f"docker compose took longer than {session.deadline.seconds:g} s (--timeout)"
        ) from None
    if client.status:
        said = [line for line in client.progress.remarks if line.strip()]
        raise GendockError(f"docker compose: {said[-1].strip() if said else f'exit code {client.status}'}")


def _wait(session: Session, made: Composition, until: float) -> str | None:
    """Wait for the services, and return the name of one that is not there; None where all are."""
    waiting = list(made.needs)
    while waiting:
        for one in list(waiting):
            state = _state(session, one)
            if state is False:
                return one.name
            if state:
                waiting.remove(one)
        if not waiting or time.monotonic() > until:
            break
        time.sleep(_PAUSE)
    time.sleep(_SETTLED)  # what crashes as it starts runs for a moment
    ended = [one for one in made.needs if _state(session, one) is False]
    return next((one.name for one in (*ended, *waiting)), None)


def _state(session: Session, one: Dependency) -> bool | None:
    """Say whether a service is what it has to be; None where it may become it."""
    container = _container(session, one.name)
    if container is None:
        return None
    state = container.attrs["State"]
    ended = state["Status"] in ("exited", "dead")
    if one.condition == "service_completed_successfully":
        return (state["ExitCode"] == 0) if ended else None
    if ended:
        return False
    health = (state.get("Health") or {}).get("Status")
    if one.condition == "service_healthy" or health:
        return True if health == "healthy" else None if health == "starting" else False
    return bool(state.get("Running")) or None


def _container(session: Session, name: str) -> Container | None:
    labels = [f"com.docker.compose.project={session.run.name}", f"com.docker.compose.service={name}"]
    found = session.engine.client.containers.list(all=True, ignore_removed=True, filters={"label": labels})
    return found[0] if found else None


def _failure(session: Session, name: str) -> Failure:
    container = _container(session, name)
    if container is None:
        return Failure(f"{name} was not started", None, oom_killed=False, log=(), diagnosis=None)
    state = container.attrs["State"]
    log = container.logs(tail=_LOG_LINES).decode("utf-8", "replace").splitlines()
    running = bool(state.get("Running"))
    summary = f"{name} is not ready" if running else f"{name} exited with code {state['ExitCode']}"
    code = None if running else int(state["ExitCode"])
    return Failure(summary, code, oom_killed=bool(state.get("OOMKilled")), log=tuple(log), diagnosis=None)
