"""What is asked of a container that runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from gendock.engine.container import Container, State
from gendock.engine.deadline import Deadline
from gendock.engine.metrics import find_metrics
from gendock.engine.probe import Answered, stays_open
from gendock.engine.results import Status, Verdict
from gendock.engine.static_program import SHELLS
from gendock.engine.waiting import Readiness, wait_until_ended

_READ_ONLY = re.compile(r"read-only file system", re.IGNORECASE)


def reachable(container: Container, state: State, readiness: Readiness, ports: Sequence[int]) -> Verdict:
    """Look whether the port is open to all and not only to the container itself."""
    process = container.on_host(state)
    seen = [one for one in process.listeners() if one.port in ports] if process else []
    port = readiness.port
    if readiness.answer.answered is not Answered.NOTHING or (
        port is not None and not _silent(container, port)
    ):
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
    address = container.address(port)
    return address is None or not stays_open(address)


def stays_up(container: Container, until: Deadline) -> Verdict:
    """Watch until then: it must not end, be restarted or be killed."""
    state = wait_until_ended(container, until)
    if state.oom_killed:
        return Status.FAIL, "killed: out of memory"
    if not state.running:
        return Status.FAIL, f"exited with code {state.exit_code} after {state.seconds or 0:.1f} s"
    if state.restarts:
        return Status.FAIL, f"restarted {state.restarts} times"
    return Status.PASS, f"stays up for {until.seconds:g} s"


def user_id(container: Container, state: State) -> Verdict:
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


def first_process(container: Container, state: State) -> Verdict:
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


def writes_nothing(container: Container) -> Verdict:
    """Look whether the root file system stayed as it was, and whether the program minded."""
    paths = container.written()
    if paths:
        return Status.FAIL, f"wrote {', '.join(paths[:3])}"
    for line in container.log(200):
        if _READ_ONLY.search(line):
            return Status.FAIL, f"tried to write: {line.strip()}"
    return Status.PASS, "writes nothing outside /tmp"


def capabilities(container: Container, state: State) -> Verdict:
    """Look whether it runs with no capability and can gain none."""
    process = container.on_host(state)
    status = process.status() if process else {}
    if not status:
        return Status.PASS, "needs no capabilities"  # it runs, and was started with none
    held = [name for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb") if int(status.get(name, "0"), 16)]
    if held:
        return Status.FAIL, f"has capabilities: {', '.join(f'{name} {status[name]}' for name in held)}"
    return Status.PASS, "no capabilities, read-only root"


def memory_at_rest(container: Container) -> Verdict:
    """Measure the memory of a server that has nothing to do."""
    used, limit = container.memory()
    if not used:
        return Status.SKIP, "the engine does not count memory"
    of = f" of {limit / 2**20:.0f}" if limit else ""
    return Status.PASS, f"{used / 2**20:.1f}{of} MB at rest"


def restarts(container: Container, wait: Callable[[], Readiness] | None, stay: float) -> Verdict:
    """Start it once more: what it left behind must not be in its way.

    Args:
        container: has stopped.
        wait: waits until it is ready; None where staying up is all that can be asked of it.
        stay: seconds of that.
    """
    container.start()
    if wait is None:
        status, evidence = stays_up(container, Deadline.after(stay))
        return (
            status,
            "starts again, and stays up" if status is Status.PASS else f"started again, it {evidence}",
        )
    readiness = wait()
    if readiness.ready:
        return Status.PASS, f"starts again: ready after {readiness.seconds:.1f} s"
    state = readiness.state
    if not state.running:
        return Status.FAIL, f"started again, it exited with code {state.exit_code}"
    return Status.FAIL, f"started again, it is not ready: {readiness.evidence}"


def metrics(container: Container, ports: Sequence[int]) -> tuple[str, bytes] | None:
    """Return the type and text of its metrics; None where it has none."""
    return find_metrics([address for port in ports if (address := container.address(port))])


def stop(container: Container, within: float) -> tuple[Status, str, int]:
    """Stop it and judge how it ended; the milliseconds that it took come third."""
    before = len(container.log(1000))
    milliseconds = container.stop(within)
    state = container.state()
    code = state.exit_code
    if code in (0, 143):
        return Status.PASS, f"exit {code} after {milliseconds} ms", milliseconds
    if code == 137:
        return Status.FAIL, f"still there after {within:g} s, killed", milliseconds
    said = container.log(1000)[before:] or [line for line in container.log() if line.startswith("panic: ")]
    if code == 2 and not said:
        # Process 1 has no default action for signals: Go's runtime ends a program without a handler by 2.
        return Status.PASS, "exit 2, at once: the program does not handle it", milliseconds
    return Status.FAIL, f"exit {code}", milliseconds
