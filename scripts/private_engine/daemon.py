"""Starting and stopping the private dockerd."""

from __future__ import annotations

import fcntl
import os
import subprocess
import time
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

from private_engine import processes
from private_engine.command import environment_with, find_program, last_lines
from private_engine.engine_in_reach import private_engine
from private_engine.errors import DaemonError, NoEngineError
from private_engine.network import Network
from private_engine.progress import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from private_engine.places import Places

START_DEADLINE = 60.0
# dockerd gives containers 10 s to end, then kills them.
STOP_DEADLINE = 20.0


@contextmanager
def alone(places: Places) -> Iterator[None]:
    """Hold the lock of these places, so that two scripts do not start or make the same thing.

    The kernel lets go of it with the process, however that ends: there is no stale lock.
    """
    while True:
        try:
            places.folder.mkdir(parents=True, exist_ok=True)
            stream = places.lock_file.open("w")
        except OSError as error:
            sentence = f"{places.lock_file} cannot be written ({error.strerror})."
            raise DaemonError(sentence) from error
        with stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say(f"waiting for another scripts/engine that works on {places.folder}")
                fcntl.flock(stream, fcntl.LOCK_EX)
            if not _is_still_at(stream, places.lock_file):
                continue  # `down --purge` removed the folder while we waited
            yield
            return


def _is_still_at(stream: IO[str], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(stream.fileno()), path.stat())
    except FileNotFoundError:
        return False


def start(places: Places) -> None:
    """Start the daemon and return once it answers; the caller holds the lock.

    Raises:
        DaemonError: it ended or did not answer in time; the end of its log is in the detail.
    """
    program = find_program("dockerd")
    if program is None:
        raise DaemonError("dockerd is not installed.")
    clear_away(places)
    for folder in (places.data_root, places.exec_root, places.logs):
        folder.mkdir(parents=True, exist_ok=True)
    # Containers of other users must not be read by everybody, as in /var/lib/docker.
    places.folder.chmod(0o711)
    places.socket.parent.mkdir(parents=True, exist_ok=True)
    if not places.settings.exists():
        places.settings.write_text("{}\n", encoding="ascii")
    network = Network(places)
    network.create_bridge()
    own_packet_filter = not processes.another_daemon_runs(places)
    if not own_packet_filter:
        network.open_packet_filter()
    arguments = [
        program,
        f"--config-file={places.settings}",
        f"--data-root={places.data_root}",
        f"--exec-root={places.exec_root}",
        f"--pidfile={places.pid_file}",
        f"--host={places.host}",
        # A system containerd, if one runs, would be shared: with names of our own nothing gets mixed up.
        f"--containerd-namespace={places.short_name}",
        f"--containerd-plugins-namespace={places.short_name}-plugins",
        *network.daemon_arguments(own_packet_filter=own_packet_filter),
    ]
    with places.daemon_log.open("wb") as log:
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment_with({"DOCKER_HOST": None, "DOCKER_CONTEXT": None}),
            cwd="/",
            start_new_session=True,
        )
    try:
        _wait_until_it_answers(places, process)
    except BaseException:
        # Also on Ctrl-C: either the engine is up, or nothing of it is left.
        stop(places)
        raise


def _wait_until_it_answers(places: Places, process: subprocess.Popen[bytes]) -> None:
    engine = private_engine(places)
    deadline = time.monotonic() + START_DEADLINE
    while True:
        code = process.poll()
        try:
            if code is None:
                engine.version()
                return
        except NoEngineError:
            pass
        if code is not None or time.monotonic() > deadline:
            happened = f"did not answer in {START_DEADLINE:.0f} s" if code is None else f"exited with {code}"
            sentence = f"The private dockerd {happened}; its log {places.daemon_log} ends with:"
            raise DaemonError(sentence, last_lines(places.daemon_log.read_text(errors="replace")))
        time.sleep(0.1)


def stop(places: Places) -> bool:
    """End the daemon and all that it started; images stay.

    Returns:
        Whether anything was running.
    """
    ran = bool(processes.own_daemons(places))
    processes.end(lambda: processes.own_daemons(places), gently_for=STOP_DEADLINE)
    ran = clear_away(places) or ran
    if (places.folder / "range").exists():
        network = Network(places)
        network.close_packet_filter()
        network.remove_bridge()
    return ran


def clear_away(places: Places) -> bool:
    """Remove what a daemon that was killed has left behind: processes, mounts, pid files, its socket.

    Returns:
        Whether there were processes.
    """
    if processes.own_daemons(places):
        # It runs but does not answer: hung, or of a start that was killed itself.
        processes.end(lambda: processes.own_daemons(places), gently_for=STOP_DEADLINE)
    found = bool(processes.leftovers(places))
    processes.end(lambda: processes.leftovers(places), gently_for=0.5)
    processes.unmount_below(places.exec_root)
    processes.unmount_below(places.data_root)
    processes.remove_folder(places.exec_root)
    # dockerd refuses to start while its pid file names any live process at all.
    for path in (places.pid_file, places.socket):
        path.unlink(missing_ok=True)
    return found


def remove(places: Places) -> None:
    """Remove the folder of the engine that has been stopped, with all images."""
    processes.remove_folder(places.work)
    processes.unmount_below(places.folder)
    processes.remove_folder(places.folder)
    if places.is_default:
        # Not empty: somebody else's file, which keeps its folder.
        with suppress(OSError):
            places.socket.parent.rmdir()
