"""Run building clients side by side, and watch what they print.

Each client has a process group of its own: a Ctrl-C in the terminal reaches gendock, which cancels the
clients and waits for them, so that the engine has stopped building before anything is cleaned up. Where
gendock is killed, the kernel ends them; see `gendock.engine.orphans` for those that it cannot.
"""

from __future__ import annotations

import ctypes
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue

from gendock.engine.progress import Event, Progress
from gendock.engine.session import Work
from gendock.errors import BuildFailedError, EngineUnavailableError

Watcher = Callable[[Event, Progress], None]
_GRACE = 8.0  # seconds for a client to cancel its build before it is killed
_GLANCE = 0.5  # seconds between looks at the deadline
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


@dataclass(slots=True)
class Client:
    """A command that builds.

    Attributes:
        command: its words.
        environment: variables to set for it.
        folder: where it is run; None for here.
        answer: the file that gets its standard output; None where that tells of the progress, too.
        progress: what it has told.
        status: its exit status; None while it runs.
    """

    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path | None = None
    answer: Path | None = None
    progress: Progress = field(default_factory=Progress)
    status: int | None = None


def run_clients(work: Work, clients: Sequence[Client], watch: Watcher | None) -> None:
    """Run all clients to their ends; the first that fails ends the others.

    Raises:
        EngineUnavailableError: a command cannot be run.
        BuildFailedError: the deadline passed.
    """
    lines: Queue[tuple[int, str | None]] = Queue()
    with _started(work, clients) as processes:
        readers = [
            threading.Thread(target=_read, args=[process, at, lines], daemon=True)
            for at, process in enumerate(processes)
        ]
        for reader in readers:
            reader.start()
        running = set(range(len(clients)))
        while running:
            if work.deadline.passed:
                raise BuildFailedError(f"the build took longer than {work.deadline.seconds:g} s (--timeout)")
            with suppress(Empty):
                at, line = lines.get(timeout=min(_GLANCE, work.deadline.left))
                if line is not None:
                    _feed(clients[at].progress, line, watch)
                    continue
                running.discard(at)
                clients[at].status = processes[at].wait()
                if clients[at].status:
                    return


def _feed(progress: Progress, line: str, watch: Watcher | None) -> None:
    event = progress.feed(line)
    if event and watch:
        watch(event, progress)


def _read(process: subprocess.Popen[bytes], at: int, lines: Queue[tuple[int, str | None]]) -> None:
    pipe = process.stdout or process.stderr
    assert pipe is not None  # noqa: S101 - one of the two is a PIPE below
    # Only "\n" ends a line: a program's progress bar, drawn with "\r", stays one line.
    with io.TextIOWrapper(pipe, encoding="utf-8", errors="replace", newline="\n") as stream:
        for line in stream:
            lines.put((at, line))
    lines.put((at, None))


@contextmanager
def _started(work: Work, clients: Sequence[Client]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Start the clients, and end at the end of the block what still runs of them."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for client in clients:
            with work.interrupts.held():  # a client that was started is a client that can be cancelled
                processes.append(_start(client))
        yield processes
    finally:
        _cancel([process for process in processes if process.poll() is None])


def _start(client: Client) -> subprocess.Popen[bytes]:
    answer = client.answer.open("wb") if client.answer else None
    try:
        return subprocess.Popen(
            client.command,
            stdin=subprocess.DEVNULL,
            stdout=answer or subprocess.PIPE,
            stderr=subprocess.PIPE if answer else subprocess.STDOUT,
            cwd=client.folder,
            env={**os.environ, **client.environment},
            start_new_session=True,
            preexec_fn=_DYING_WITH_US,  # noqa: PLW1509 - one system call, which takes no lock
        )
    except OSError as error:
        raise EngineUnavailableError(f"cannot run {client.command[0]}: {error.strerror}") from error
    finally:
        if answer:
            answer.close()


def _cancel(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """End process groups: ask first, so that the clients can cancel their builds in the engine."""
    for number in (signal.SIGINT, signal.SIGKILL):
        for process in processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE)


def _dying_with_parent() -> Callable[[], None] | None:
    """Return what a child calls so that it ends with gendock, however that ends; None where none can."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    # SIGTERM and not SIGKILL: docker's client has to end its plugin.
    return lambda: prctl(_DIE_WITH_PARENT, signal.SIGTERM)


_DYING_WITH_US = _dying_with_parent()
