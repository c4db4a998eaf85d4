"""Many smoke runs, eight at a time: no port clash, nothing left, and each with its own verdict.

`GENDOCK_SMOKE_RUNS=50` runs as many; by default there are fewer, as every run waits for its container.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice

import pytest

from tests.conftest import GENDOCK

pytestmark = pytest.mark.engine
RUNS = int(os.environ.get("GENDOCK_SMOKE_RUNS", "12"))
AT_ONCE = 8


@dataclass(frozen=True)
class Case:
    """A program, how it is looked at, and what has to be found out."""

    program: str
    words: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    cause: str | None = None


# Two that publish their ports, which is what runs can clash in.
CASES = (
    Case("server"),
    Case("server", ("--egress",)),
    Case("loopback", failed=("ready", "reachable"), cause="loopback-only"),
    Case("worker"),
    Case("metrics", ("--egress", "--env", "METRICS=up 1\n")),
    Case("crash", failed=("ready",), cause="missing-file"),
    Case("datagrams"),
    Case("tool"),
    Case("writer", failed=("writes",)),
    Case("hungry", ("--memory", "64m"), failed=("ready",), cause="out-of-memory"),
)


def run(case: Case, image: str) -> tuple[int, int, str, str]:
    """Return a run's process id, its exit code, and what it printed."""
    process = subprocess.Popen(
        [GENDOCK, "smoke", "--image", image, *case.words, "--output-format", "json"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    out, err = process.communicate(timeout=300)
    return process.pid, process.returncode, out, err


def test_many_runs_at_once(program: Callable[[str], str], leftovers: Callable[[int], list[str]]) -> None:
    cases = list(islice(cycle(CASES), RUNS))
    images = [program(case.program) for case in cases]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ended = list(pool.map(run, cases, images))
    for case, (pid, status, out, err) in zip(cases, ended, strict=True):
        assert (status, err) == (1 if case.failed else 0, ""), (case, out, err)
        smoke = json.loads(out)["smoke"]
        failed = tuple(check["id"] for check in smoke["checks"] if check["status"] == "fail")
        diagnosis = (smoke["failure"] or {}).get("diagnosis") or {}
        assert (failed, diagnosis.get("id")) == (case.failed, case.cause), (case, smoke)
        assert leftovers(pid) == []
