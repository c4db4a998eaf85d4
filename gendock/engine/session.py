"""An engine, a run and its end: what every command that needs Docker happens inside of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from gendock.engine.cleanup import cleaned_up, sweep
from gendock.engine.connection import Engine, engine_in_reach
from gendock.engine.deadline import Deadline
from gendock.engine.run import Run
from gendock.engine.signals import Interrupts
from gendock.errors import EngineUnavailableError, GendockError


@dataclass(frozen=True, slots=True)
class Session:
    """What one run works with."""

    engine: Engine
    run: Run
    interrupts: Interrupts
    deadline: Deadline


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

    with Interrupts() as interrupts, engine_in_reach() as engine:
        run = Run.begin(seconds=seconds, keep=keep)
        try:
            sweep(engine.client)
            with cleaned_up(engine.client, run, interrupts):
                yield Session(engine, run, interrupts, Deadline.after(seconds))
        except (DockerException, requests.exceptions.RequestException) as error:
            reason = getattr(error, "explanation", None) or error
            if isinstance(error, APIError) and error.status_code == HTTPStatus.BAD_REQUEST:
                raise GendockError(f"the Docker engine does not accept this: {reason}") from error
            raise EngineUnavailableError(
                f"the Docker engine at {engine.address.url} failed: {reason}"
            ) from error
