"""Which processes and mounts belong to a private engine, as the kernel tells it.

Pid files go stale and their numbers are given to other processes. What is ended here is found by its
command line or by the root file system it runs on, and both have to lead to the engine's own folder: a
path alone is not enough, since another mount namespace may have another folder by the same name.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from private_engine.errors import DaemonError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from private_engine.places import Places

PROC = Path("/proc")
DETACH_MOUNT = 2


def command_lines() -> Iterator[tuple[int, list[str]]]:
    """Every process on the machine with its arguments."""
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                raw = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if raw:
                yield int(entry.name), [os.fsdecode(part) for part in raw.rstrip(b"\0").split(b"\0")]


def daemons() -> Iterator[tuple[int, str]]:
    """Every dockerd on the machine with its data root, empty where it uses the default one."""
    for pid, arguments in command_lines():
        if Path(arguments[0]).name != "dockerd":
            continue
        data_root = ""
        for position, argument in enumerate(arguments):
            if argument.startswith("--data-root="):
                data_root = argument.partition("=")[2]
            elif argument == "--data-root" and position + 1 < len(arguments):
                data_root = arguments[position + 1]
        yield pid, data_root


def own_daemons(places: Places) -> list[int]:
    """The dockerd of these places: one, or none."""
    return [pid for pid, data_root in daemons() if _is_own(pid, data_root, places)]


def another_daemon_runs(places: Places) -> bool:
    """Whether a dockerd with another data root shares this machine's network."""
    return any(not _is_own(pid, data_root, places) for pid, data_root in daemons())


def _is_own(pid: int, data_root: str, places: Places) -> bool:
    return data_root == str(places.data_root) and _sees(pid, places.data_root)


def _sees(pid: int, path: Path) -> bool:
    """Whether a path is the same file for a process as for this one."""
    try:
        return os.path.samestat((PROC / str(pid) / "root" / path.relative_to("/")).stat(), path.stat())
    except OSError:
        return False


def leftovers(places: Places) -> list[int]:
    """What a daemon leaves behind when it is killed: containerd, its shims, and containers."""
    helpers = {"containerd", "containerd-shim", "containerd-shim-runc-v2", "runc", "docker-proxy"}
    below = f"{places.exec_root}/"
    images = _devices_below(places.data_root)
    found = []
    for pid, arguments in command_lines():
        is_helper = Path(arguments[0]).name in helpers and any(below in argument for argument in arguments)
        if (is_helper and _sees(pid, places.exec_root)) or _root_device(pid) in images:
            found.append(pid)
    return found


def _devices_below(folder: Path) -> set[str]:
    """The file systems that are mounted in a folder, by their device numbers (`major:minor`)."""
    rows = _mounts("self")
    # dockerd mounts its data root onto itself: that device is the disk below, which others share.
    return {device for device, point, kind in rows if point.startswith(f"{folder}/") and kind == "overlay"}


def _root_device(pid: int) -> str:
    """The device number of the root of a process, empty where it cannot be known."""
    return next((device for device, point, _ in _mounts(str(pid)) if point == "/"), "")


def _mounts(pid: str) -> list[tuple[str, str, str]]:
    """Device number, mount point and type of each mount that a process sees (proc(5), mountinfo)."""
    try:
        table = (PROC / pid / "mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    rows = []
    for line in table.splitlines():
        fields = line.split(" ")
        rows.append((fields[2], fields[4], fields[fields.index("-") + 1]))
    return rows


def users_of(folder: Path) -> list[int]:
    """What works in a folder: its command line names a path in it, or its root lies there."""
    inside = f"{folder}/"
    found = []
    for pid, arguments in command_lines():
        try:
            root = f"{(PROC / str(pid) / 'root').readlink()}/"
        except OSError:
            continue
        if pid != os.getpid() and (root.startswith(inside) or any(inside in one for one in arguments)):
            found.append(pid)
    return found


def end(find: Callable[[], list[int]], *, gently_for: float, then_for: float = 5.0) -> None:
    """Ask processes to end, and kill those that do not.

    They are searched for anew each time, so that a number that passed to another process in between
    is never signalled.

    Raises:
        DaemonError: one of them is still there.
    """
    for number, patience in ((signal.SIGTERM, gently_for), (signal.SIGKILL, then_for)):
        deadline = time.monotonic() + patience
        told: set[int] = set()
        while patience and (pids := find()):
            for pid in set(pids) - told:
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    continue
            told.update(pids)
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
    if pids := find():
        sentence = f"processes {', '.join(map(str, pids))} of the private engine cannot be ended."
        raise DaemonError(sentence)


def mounts_below(folder: Path) -> list[str]:
    """The mount points in a folder, the innermost first; dockerd mounts its data root onto itself."""
    points = []
    for line in (PROC / "self" / "mounts").read_text(encoding="utf-8", errors="replace").splitlines():
        point = line.split(" ")[1].encode().decode("unicode_escape")
        if point == str(folder) or point.startswith(f"{folder}/"):
            points.append(point)
    return points[::-1]


def unmount_below(folder: Path) -> None:
    """Unmount everything in a folder.

    Raises:
        DaemonError: something stays mounted, so that the folder must not be removed.
    """
    points = mounts_below(folder)
    if not points:
        return
    library = ctypes.CDLL(None, use_errno=True)
    for point in points:
        if library.umount2(os.fsencode(point), 0) != 0:
            # Busy: taken out of the tree now, let go of by the kernel with its last user.
            library.umount2(os.fsencode(point), DETACH_MOUNT)
    if left := mounts_below(folder):
        sentence = f"{left[0]} cannot be unmounted."
        raise DaemonError(sentence)


def remove_folder(folder: Path) -> None:
    """Remove a folder after unmounting what is in it: never through a mount into something else."""
    if not folder.exists():
        return
    if Path("/proc/self/mounts").exists():
        unmount_below(folder)
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        shutil.rmtree(folder)
