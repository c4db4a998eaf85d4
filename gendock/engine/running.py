"""What is asked of a container that runs."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from gendock.engine.container import Container, State
from gendock.engine.deadline import Deadline
from gendock.engine.probe import Answer, Answered, ask, stays_open
from gendock.engine.procfs import Listener
from gendock.engine.results import Status
from gendock.engine.static import SHELLS

_FIRST_PAUSE = 0.02  # seconds between two looks at a starting server; doubles up to the longest
_LONGEST_PAUSE = 0.25
_READ_ONLY = re.compile(r"read-only file system", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Readiness:
    """How waiting for a server ended.

    Attributes:
        port: the port in the container that answered, or the first that was asked.
        answer: its best answer.
        seconds: from the start to the answer, or until waiting ended.
        state: the container's, at the end.
    """

    port: int
    answer: Answer
    seconds: float
    state: State


def wait_until_ready(
    container: Container,
    ports: Sequence[int],
    paths: tuple[str, ...],
    deadline: Deadline,
    *,
    only_these: bool,
) -> Readiness:
    """Ask every port until one answers, the container ends, or the deadline passes."""
    began = time.monotonic()
    pause = _FIRST_PAUSE
    best, best_port = Answer(Answered.NOTHING), ports[0]
    while True:
        state = container.state()
        for port in ports if state.running else ():
            published = container.host_port(port)
            answer = ask(published, paths, only_these=only_these) if published else best
            if answer.answered > best.answered:
                best, best_port = answer, port
            if answer.ready:
                return Readiness(port, answer, time.monotonic() - began, state)
        if not state.running or deadline.passed:
            return Readiness(best_port, best, time.monotonic() - began, state)
        time.sleep(min(pause, deadline.left))
        pause = min(pause * 2, _LONGEST_PAUSE)


def wait_until_ended(container: Container, deadline: Deadline) -> State:
    """Wait until the container has ended or the deadline passes."""
    pause = _FIRST_PAUSE
    while True:
        state = container.state()
        if not state.running or deadline.passed:
            return state
        time.sleep(min(pause, deadline.left))
        pause = min(pause * 2, _LONGEST_PAUSE)


def wait_for_listener(container: Container, deadline: Deadline) -> tuple[State, list[Listener]]:
    """Wait until something listens, the container ends, or the deadline passes.

    Listeners are seen on a local Linux engine only.
    """
    pause = _FIRST_PAUSE
    while True:
        state = container.state()
        process = container.on_host(state)
        listeners = process.listeners() if process else []
        if listeners or not state.running or deadline.passed:
            return state, listeners
        time.sleep(min(pause, deadline.left))
        pause = min(pause * 2, _LONGEST_PAUSE)


def reachable(
    container: Container, state: State, readiness: Readiness, ports: Sequence[int]
) -> tuple[Status, str]:
    """Look whether the port is open to all and not only to the container itself."""
    process = container.on_host(state)
    seen = [one for one in process.listeners() if one.port in ports] if process else []
    port = readiness.port
    if readiness.answer.answered is not Answered.NOTHING:
        others = [other for other in ports if other != port and _silent(container, other)]
        note = f" (nothing on {', '.join(f':{other}' for other in others)})" if others else ""
        return Status.PASS, f"listens on all addresses :{port}{note}"
    if seen and all(one.only_loopback for one in seen):
        return Status.FAIL, f"listens on {', '.join(map(str, seen))} only"
    if process and not seen:
        elsewhere = process.listeners()
        where = f", but on {', '.join(map(str, elsewhere))}" if elsewhere else ""
        return Status.FAIL, f"nothing listens on :{port}{where}"
    return Status.FAIL, f"nothing answers on :{port}"


def _silent(container: Container, port: int) -> bool:
    published = container.host_port(port)
    return published is None or not stays_open(published)


def stays_up(container: Container, seconds: float) -> tuple[Status, str]:
    """Watch for a while: it must not end, be restarted or be killed."""
    state = wait_until_ended(container, Deadline.after(seconds))
    if state.oom_killed:
        return Status.FAIL, "killed: out of memory"
    if not state.running:
        return Status.FAIL, f"exited with code {state.exit_code} after {state.seconds or 0:.1f} s"
    if state.restarts:
        return Status.FAIL, f"restarted {state.restarts} times"
    return Status.PASS, f"stays up for {seconds:g} s"


def user_id(container: Container, state: State) -> tuple[Status, str]:
    """Read from outside as whom its processes run."""
    from docker.errors import APIError

    try:
        uids = {uid for uid, _, _ in container.processes()}
    except (APIError, ValueError):
        process = container.on_host(state)
        words = process.status().get("Uid", "").split() if process else []
        if not words:
            return Status.SKIP, "the engine shows no processes"
        uids = {int(words[1])}  # the effective one
    shown = ", ".join(map(str, sorted(uids)))
    return (Status.FAIL, f"runs as uid {shown}, root") if 0 in uids else (Status.PASS, f"runs as uid {shown}")


def first_process(container: Container, state: State) -> tuple[Status, str]:
    """Look whether process 1 is the program, which gets the signals, and not a shell before it."""
    from docker.errors import APIError

    try:
        rows = container.processes()
    except (APIError, ValueError):
        return Status.SKIP, "the engine shows no processes"
    first = next((args for _, pid, args in rows if pid == state.pid), rows[0][2] if rows else "")
    program = first.split(" ")[0]
    if program.rpartition("/")[2].lstrip("-") in SHELLS:
        return Status.FAIL, f"process 1 is a shell: {first}"
    return Status.PASS, f"process 1 is {program}"


def writes_nothing(container: Container) -> tuple[Status, str]:
    """Look whether the root file system stayed as it was, and whether the program minded."""
    paths = container.written()
    if paths:
        return Status.FAIL, f"wrote {', '.join(paths[:3])}"
    for line in container.log(200):
        if _READ_ONLY.search(line):
            return Status.FAIL, f"tried to write: {line.strip()}"
    return Status.PASS, "writes nothing outside /tmp"


def capabilities(container: Container, state: State) -> tuple[Status, str]:
    """Look whether it runs with no capability and can gain none."""
    process = container.on_host(state)
    status = process.status() if process else {}
    if not status:
        return Status.PASS, "needs no capabilities"  # it runs, and was started with none
    held = [name for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb") if int(status.get(name, "0"), 16)]
    if held:
        return Status.FAIL, f"has capabilities: {', '.join(f'{name} {status[name]}' for name in held)}"
    return Status.PASS, "no capabilities, read-only root"


def memory_at_rest(container: Container) -> tuple[Status, str]:
    """Measure the memory of a server that has nothing to do."""
    used, limit = container.memory()
    if not used:
        return Status.SKIP, "the engine does not count memory"
    of = f" of {limit / 2**20:.0f}" if limit else ""
    return Status.PASS, f"{used / 2**20:.1f}{of} MB at rest"


def stop(container: Container, within: float) -> tuple[Status, str, int]:
    """Stop it and judge how it ended; the milliseconds that it took come third."""
    before = len(container.log(1000))
    milliseconds = container.stop(within)
    state = container.state()
    code = state.exit_code
    if code in (0, 143):
        return Status.PASS, f"exit {code}", milliseconds
    if code == 137:
        return Status.FAIL, f"still there after {within:g} s, killed", milliseconds
    said = container.log(1000)[before:] or [line for line in container.log() if line.startswith("panic: ")]
    if code == 2 and not said:
        # Process 1 has no default action for signals: Go's runtime ends a program without a handler by 2.
        return Status.PASS, "exit 2, at once: the program does not handle it", milliseconds
    return Status.FAIL, f"exit {code}", milliseconds
