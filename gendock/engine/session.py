"""An engine, a run and its end: what every command that needs Docker happens inside of."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from gendock.engine.cleanup import cleaned_up, sweep
from gendock.engine.connection import Engine, engine_in_reach
from gendock.engine.deadline import Deadline
from gendock.engine.orphans import end_orphans
from gendock.engine.run import Run, run_of_tag
from gendock.engine.signals import Interrupts
from gendock.errors import EngineUnavailableError, GendockError


@dataclass(frozen=True, slots=True)
class Work:
    """What a run works with that needs no engine, as a build on a remote BuildKit."""

    run: Run
    interrupts: Interrupts
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class Session(Work):
    """What a run works with."""

    engine: Engine


@contextmanager
def open_session(*, seconds: float, keep: bool = False) -> Iterator[Session]:
    """Connect, sweep up what dead runs left, and at the end take away all that this run made.

    Args:
        seconds: until when the whole run has to have ended.
        keep: leave the container, network and image there, for a person to look at.

    Raises:
        EngineUnavailableError: there is no engine, or it failed on the way.
        GendockError: the engine does not accept what it was asked for.
        KeyboardInterrupt: SIGINT, SIGTERM or SIGHUP came; everything is cleaned up then, too.
    """
    import requests
    from docker.errors import APIError, DockerException

    with open_work(seconds=seconds, keep=keep) as work, engine_in_reach() as engine:
        try:
            sweep(engine.client)
            with cleaned_up(engine.client, work.run, work.interrupts):
                yield Session(work.run, work.interrupts, work.deadline, engine)
        except (DockerException, requests.exceptions.RequestException) as error:
            reason = getattr(error, "explanation", None) or error
            if isinstance(error, APIError) and error.status_code == HTTPStatus.BAD_REQUEST:
                raise GendockError(f"the Docker engine does not accept this: {reason}") from error
            raise EngineUnavailableError(
                f"the Docker engine at {engine.address.url} failed: {reason}"
            ) from error


@contextmanager
def open_work(*, seconds: float, keep: bool = False) -> Iterator[Work]:
    """Begin a run without an engine, and end what clients dead runs left building.

    Raises:
        KeyboardInterrupt: SIGINT, SIGTERM or SIGHUP came.
    """
    with Interrupts() as interrupts:
        end_orphans()
        _sweep_scratch()
        yield Work(Run.begin(seconds=seconds, keep=keep), interrupts, Deadline.after(seconds))


@contextmanager
def scratch(run: Run) -> Iterator[Path]:
    """Give a folder for the length of a block; it carries the run's name, as all that a run makes."""
    with tempfile.TemporaryDirectory(prefix=f"{run.tag}_", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _sweep_scratch() -> None:
    for folder in Path(tempfile.gettempdir()).glob("gendock-run-*_*"):
        named = run_of_tag(f"scratch:{folder.name.partition('_')[0]}")
        if named and named[1].is_over():
            shutil.rmtree(folder, ignore_errors=True)
