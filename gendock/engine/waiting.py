"""Waiting for a container: until it is ready, listens, or has ended."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from gendock.engine.container import Container, State
from gendock.engine.deadline import Deadline
from gendock.engine.probe import Answer, Answered, ask
from gendock.engine.procfs import Listener

_OUTSIDE_WITHIN = 1.0  # seconds from the first healthy answer inside to one outside


@dataclass(frozen=True, slots=True)
class Wanted:
    """What counts as ready.

    Attributes:
        ports: TCP ports to ask; empty for a worker.
        paths: health paths, the likeliest first.
        only_these_paths: a person named the paths: nothing else counts.
        health: the image's HEALTHCHECK has to answer.
        log: a line that the log has to have.
        datagram_ports: UDP ports that need a socket; see `gendock.engine.datagrams`.
    """

    ports: Sequence[int] = ()
    paths: tuple[str, ...] = ()
    only_these_paths: bool = False
    health: bool = False
    log: re.Pattern[str] | None = None
    datagram_ports: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Readiness:
    """How waiting for a server ended.

    Attributes:
        ready: whether it is.
        evidence: what showed it, or what was seen last.
        port: the port in the container that answered, or the first that was asked; None where none was.
        answer: its best answer.
        seconds: from the start to the answer, or until waiting ended.
        state: the container's, at the end.
    """

    ready: bool
    evidence: str
    port: int | None
    answer: Answer
    seconds: float
    state: State


def wait_until_ready(container: Container, wanted: Wanted, deadline: Deadline) -> Readiness:
    """Ask until all that is wanted has answered, the container ends, or the deadline passes."""
    began = time.monotonic()
    pauses = deadline.pauses()
    answer, port = Answer(Answered.NOTHING), wanted.ports[0] if wanted.ports else None
    health_since = inside_since = None
    while True:
        state = container.state()
        if state.running and not answer.ready:
            answer, port = _ask_all(container, wanted, answer, port)
        line = _line(container, wanted.log)
        if health_since is None and state.health == "healthy":
            health_since = time.monotonic()
        said = _said(wanted, state, answer, port, line)
        # HEALTHCHECK asks from inside: a server that only the inside reaches is ready, and not reachable.
        alone = health_since is not None and time.monotonic() - health_since > _OUTSIDE_WITHIN
        done = (
            (state.health == "healthy" or not wanted.health)
            and (line is not None or not wanted.log)
            and (answer.ready or not wanted.ports or (alone and not wanted.only_these_paths))
        )
        if not answer.ready and _only_inside(container, state, wanted.ports):
            inside_since = inside_since or time.monotonic()
        else:
            inside_since = None
        # It has begun to listen, and where nobody outside can reach it: that does not change.
        in_vain = (
            not wanted.health
            and inside_since is not None
            and time.monotonic() - inside_since > _OUTSIDE_WITHIN
        )
        if done or in_vain or not state.running or deadline.passed:
            return Readiness(done and state.running, said, port, answer, time.monotonic() - began, state)
        time.sleep(next(pauses))


def _only_inside(container: Container, state: State, ports: Sequence[int]) -> bool:
    """Say whether it listens on the ports that it is asked on, and on its loopback alone."""
    process = container.on_host(state)
    seen = [one for one in process.listeners() if one.port in ports] if process else []
    return bool(seen) and all(one.only_loopback for one in seen)


def _ask_all(
    container: Container, wanted: Wanted, best: Answer, best_port: int | None
) -> tuple[Answer, int | None]:
    for port in wanted.ports:
        address = container.address(port)
        answer = ask(address, wanted.paths, only_these=wanted.only_these_paths) if address else best
        if answer.answered > best.answered:
            best, best_port = answer, port
        if answer.ready:
            break
    return best, best_port


def _line(container: Container, wanted: re.Pattern[str] | None) -> str | None:
    if wanted is None:
        return None
    return next((line.strip() for line in container.log(1000) if wanted.search(line)), None)


def _said(wanted: Wanted, state: State, answer: Answer, port: int | None, line: str | None) -> str:
    """Tell what was seen of each thing that was asked for."""
    parts: list[str] = []
    if wanted.health:
        sick = state.health != "healthy"
        parts.append(
            f"HEALTHCHECK {state.health}" + (f", {state.health_said}" if sick and state.health_said else "")
        )
    if port is not None and (answer.answered is not Answered.NOTHING or not wanted.health):
        parts.append(f"{answer} on :{port}")
    if wanted.log:
        parts.append(
            "the log has the line" if line is not None else f"no line of the log has {wanted.log.pattern}"
        )
    return ", ".join(parts)


def wait_until_ended(container: Container, deadline: Deadline) -> State:
    """Wait until the container has ended or the deadline passes."""
    pauses = deadline.pauses()
    while True:
        state = container.state()
        if not state.running or deadline.passed:
            return state
        time.sleep(next(pauses))


def wait_for_listener(container: Container, deadline: Deadline) -> tuple[State, list[Listener]]:
    """Wait until something listens, the container ends, or the deadline passes.

    Listeners are seen on a local Linux engine only.
    """
    pauses = deadline.pauses()
    while True:
        state = container.state()
        process = container.on_host(state)
        listeners = process.listeners() if process else []
        if listeners or not state.running or deadline.passed:
            return state, listeners
        time.sleep(next(pauses))
