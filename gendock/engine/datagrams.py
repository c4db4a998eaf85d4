"""Servers that speak UDP alone.

Nobody can ask them without knowing their protocol: silence is no answer, and none is needed. So their sockets
are read, from the container's network namespace, which only an engine on this machine shows.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from gendock.engine.container import Container, State
from gendock.engine.deadline import Deadline
from gendock.engine.probe import Answer, Answered
from gendock.engine.procfs import Listener
from gendock.engine.results import Status, Verdict
from gendock.engine.waiting import Readiness, Wanted, wait_until_ready


def wait_for_sockets(container: Container, wanted: Wanted, deadline: Deadline) -> Readiness:
    """Wait until every port has its socket, and HEALTHCHECK and log say what is wanted of them.

    Where the sockets cannot be seen, `port` is None in what is returned, and it is as ready as the rest says.
    """
    began = time.monotonic()
    ports, said = wanted.datagram_ports, ""
    if wanted.health or wanted.log:
        first = wait_until_ready(container, wanted, deadline)
        if not first.ready:
            return first
        said = first.evidence
    pauses = deadline.pauses()
    while True:
        state = container.state()
        seen = sockets(container, state)
        bound = {one.port for one in seen or ()}
        missing = [port for port in ports if port not in bound]
        if seen is None and state.running:
            seconds = time.monotonic() - began
            return Readiness(state.running, said, None, Answer(Answered.NOTHING), seconds, state)
        if not missing or not state.running or deadline.passed:
            break
        time.sleep(next(pauses))
    shown = shown_ports(missing or ports)
    seen_of_it = f"nothing listens on {shown}" if missing else f"listens on {shown}"
    evidence = ", ".join(filter(None, (said, seen_of_it)))
    ready = state.running and not missing
    return Readiness(ready, evidence, ports[0], Answer(Answered.NOTHING), time.monotonic() - began, state)


def sockets(container: Container, state: State) -> list[Listener] | None:
    """Return where it waits for datagrams; None where that cannot be seen."""
    process = container.on_host(state)
    return process.datagram_sockets() if process else None


def open_to_all(container: Container, state: State, ports: Sequence[int]) -> Verdict:
    """Look whether datagrams from outside get to it, and not only the container's own."""
    seen = sockets(container, state)
    if seen is None:
        return Status.SKIP, "only an engine on this machine shows who waits for datagrams"
    closed = [port for port in ports if all(one.only_loopback for one in seen if one.port == port)]
    if not closed:
        return Status.PASS, f"listens on all addresses {shown_ports(ports)}"
    inside = [f"{one}/udp" for one in seen if one.port in closed]
    if inside:
        return Status.FAIL, f"listens on {', '.join(inside)} only"
    elsewhere = ", ".join(f"{one}/udp" for one in seen)
    where = f", but on {elsewhere}" if elsewhere else ""
    return Status.FAIL, f"nothing listens on {shown_ports(closed)}{where}"


def with_datagrams(container: Container, state: State, ports: Sequence[int], of_tcp: Verdict) -> Verdict:
    """Add to what was seen of a server over TCP whether its UDP ports are open, too."""
    status, evidence = open_to_all(container, state, ports) if ports else (Status.SKIP, "")
    if of_tcp[0] is not Status.PASS or status is Status.SKIP:
        return of_tcp
    if status is Status.PASS:
        return Status.PASS, f"{of_tcp[1]}, {shown_ports(ports)}"
    if evidence.endswith(" only"):
        return status, evidence
    return Status.PASS, f"{of_tcp[1]} ({evidence})"


def shown_ports(ports: Sequence[int]) -> str:
    """Write ports as people know them, `:53/udp`."""
    return ", ".join(f":{port}/udp" for port in ports)
