"""Clients that a killed run left building.

The kernel tells a client that gendock is gone. What the client started itself, buildx as a plugin among them,
hears nothing: it goes on, and would give the run's tag to an image after everything else is swept up. Such a
process is known by that tag in its command line, as an image is by its name.
"""

from __future__ import annotations

import os
import re
import signal
import time
from contextlib import suppress
from pathlib import Path

from gendock.engine.run import run_of_tag

_TAG = re.compile(r"--(?:tag|set|file)=.*[:/](gendock-run-[0-9a-f]+-[0-9a-f-]+)(?:_.*)?")
_GONE_WITHIN = 5.0


def end_orphans() -> None:
    """Kill the clients of runs whose process has ended; those of living runs go on.

    Only where there is /proc: elsewhere they end when their builds do.
    """
    orphans = [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if _is_orphan(folder)]
    for pid in orphans:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + _GONE_WITHIN
    while any(_is_orphan(Path(f"/proc/{pid}")) for pid in orphans) and time.monotonic() < end:
        time.sleep(0.02)


def _is_orphan(folder: Path) -> bool:
    try:
        if folder.stat().st_uid != os.getuid():
            return False
        words = (folder / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return False
    for word in words:
        found = _TAG.fullmatch(word)
        named = run_of_tag(f"image:{found[1]}") if found else None
        if named:
            return named[1].is_over()
    return False
