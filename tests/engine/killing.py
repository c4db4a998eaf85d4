"""Runs of gendock that are ended at random moments, and what they leave."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

GENDOCK = Path(sys.executable).with_name("gendock")
MOMENTS = 10


def kill_at_random_moments(
    words: Callable[[int], Sequence[str | Path]],
    number: signal.Signals,
    *,
    within: float,
    moments: int = MOMENTS,
    at_once: int = 1,
    environment: Mapping[str, str] | None = None,
) -> list[int]:
    """Start the installed command again and again, and send it a signal at as many moments of its course.

    Args:
        words: the arguments of each run.
        number: the signal; it goes to the process alone, as `kill` sends it.
        within: seconds that an undisturbed run takes. Each moment lies in a part of that of its own, so that
            no part of a run is left out.
        moments: how many.
        at_once: how many runs go on side by side; those whose files change have to go one after another.
        environment: variables to set.

    Returns:
        The process ids of the runs.
    """

    def kill(part: int) -> int:
        process = subprocess.Popen(
            [GENDOCK, *words(part)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
        )
        time.sleep((part + random.random()) / moments * within)  # noqa: S311 - no secret
        process.send_signal(number)
        process.wait(60)
        assert process.returncode in (0, 1, 4, 130, -number), f"{words(part)}: exit code {process.returncode}"
        return process.pid

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(kill, range(moments)))


def left_on_the_machine(pids: Sequence[int]) -> list[str]:
    """Name the processes and the folders that runs have left outside of the engine."""
    left = [str(one) for one in Path(tempfile.gettempdir()).glob("gendock-run-*") if _is_of(one.name, pids)]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        if _is_of(command, pids):
            left.append(command.replace("\0", " "))
    return left


def _is_of(text: str, pids: Sequence[int]) -> bool:
    """Whether the tag of a run stands in a text: `gendock-run-RUN-HOST-PID-STARTED-UNTIL`."""
    return any(word.split("-")[4:5] == [str(pid)] for word in _tags(text) for pid in pids)


def _tags(text: str) -> list[str]:
    return [f"gendock-run-{rest}" for rest in text.split("gendock-run-")[1:]]
