"""Worker processes: what happens to them when the first process, or one of them, is ended from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

GENDOCK = Path(sys.executable).with_name("gendock")
FILES = 400


@pytest.fixture
def linting(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Give a run over many files, with two worker processes that have begun."""
    text = "".join(f"RUN apt-get install -y curl={number} && cd /x && wget y | sh\n" for number in range(20))
    for number in range(FILES):
        (tmp_path / f"{number}.Dockerfile").write_text(f"FROM debian:12\n{text}")
    with subprocess.Popen(
        [GENDOCK, "lint", "--jobs", "2", "--no-cache", "--output-format", "concise"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        wait_until(lambda: len(alive(parent=process.pid)) == 2)
        yield process
        for one in alive(group=process.pid):
            os.kill(one, signal.SIGKILL)


def alive(*, group: int | None = None, parent: int | None = None) -> list[int]:
    """Return the processes of a group, or those that a process has started."""
    shown = subprocess.run(
        ["ps", "-A", "-o", "pid=,pgid=,ppid=,stat="], capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in shown.stdout.splitlines()]
    return [
        int(row[0])
        for row in rows
        if not row[3].startswith("Z") and (int(row[1]) == group or int(row[2]) == parent)
    ]


def wait_until(happened: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_the_first_process(linting: subprocess.Popen[str], number: signal.Signals) -> None:
    linting.send_signal(number)
    assert linting.wait(20) == -number
    wait_until(lambda: not alive(group=linting.pid))


def test_a_worker_that_is_ended_is_one_sentence(linting: subprocess.Popen[str]) -> None:
    os.kill(alive(parent=linting.pid)[0], signal.SIGKILL)
    _, errors = linting.communicate(timeout=60)
    assert (linting.returncode, errors) == (
        2,
        "gendock: a worker process was ended from outside, perhaps for want of memory: --jobs 1 needs less\n",
    )
