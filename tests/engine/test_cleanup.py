"""Nothing stays behind: runs that were interrupted, killed, or whose container never became ready."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from gendock.engine.connection import Engine
from gendock.engine.run import OWNER_LABEL, RUN_LABEL, Owner, Run, run_of_tag
from gendock.engine.session import open_session
from tests.images import TEST_IMAGE

pytestmark = pytest.mark.engine
GENDOCK = Path(sys.executable).with_name("gendock")
PROGRAMS = Path(__file__).parent / "programs"
Program = Callable[[str], str]
Leftovers = Callable[[int], list[str]]


class Ran(Protocol):
    """How a command ended."""

    status: int
    out: str
    err: str


Command = Callable[..., Ran]


def start(*words: str | Path) -> subprocess.Popen[str]:
    """Start the installed command in a process group of its own, as a shell does."""
    return subprocess.Popen(
        [GENDOCK, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def runs_container(engine: Engine, pid: int) -> bool:
    for container in engine.client.containers.list(ignore_removed=True, filters={"label": RUN_LABEL}):
        owner = Owner.parse(container.labels[OWNER_LABEL])
        if owner and owner.pid == pid:
            return True
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_smoke_leaves_nothing(
    engine: Engine, program: Program, leftovers: Leftovers, number: signal.Signals
) -> None:
    process = start("smoke", "--image", program("silent"), "--ready-timeout", "120")
    until(lambda: runs_container(engine, process.pid))
    assert leftovers(process.pid)
    os.killpg(process.pid, number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "gendock: interrupted\n")
    assert leftovers(process.pid) == []


def test_an_impatient_second_interrupt_does_not_stop_the_cleaning(
    engine: Engine, program: Program, leftovers: Leftovers
) -> None:
    process = start("smoke", "--image", program("silent"), "--ready-timeout", "120")
    until(lambda: runs_container(engine, process.pid))
    for _ in range(5):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.02)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert leftovers(process.pid) == []


def test_an_interrupted_check_removes_the_image_that_it_built(
    engine: Engine, program: Program, leftovers: Leftovers
) -> None:
    program("server")
    name = f"{TEST_IMAGE}interrupted:1"
    process = start(
        "smoke", PROGRAMS, "--target", "silent", "--tag", name, "--ready-timeout", "120", "--env", "A=b"
    )
    until(lambda: runs_container(engine, process.pid))
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert leftovers(process.pid) == []
    assert not engine.client.images.list(name=name)


def test_an_interrupted_build_stops_in_the_engine(engine: Engine, leftovers: Leftovers) -> None:
    name = f"{TEST_IMAGE}slow"
    process = start("build", PROGRAMS, "--target", "slow", "--tag", name)
    local = engine.address.url.startswith("unix://")
    if local:  # the step's process is a process of this machine
        until(_sleeps)
    else:
        time.sleep(5)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "gendock: interrupted"
    if local:
        until(lambda: not _sleeps())
    assert leftovers(process.pid) == []
    assert not engine.client.images.list(name=name)


def _sleeps() -> bool:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cmdline").read_bytes() == b"sleep\x00300\x00":
                return True
        except OSError:
            continue
    return False


def test_a_container_that_never_became_ready_leaves_nothing(
    engine: Engine, gendock: Command, program: Program
) -> None:
    kept = program("silent")
    name = f"{TEST_IMAGE}never:1"
    ran = gendock("smoke", PROGRAMS, "--target", "silent", "--tag", name, "--ready-timeout", "1")
    assert ran.status == 1
    # The image of this run and the one that was there before are the same: only the run's name is gone.
    assert not engine.client.images.list(name=name)
    ours = [tag for tag in engine.client.images.get(kept).tags if tag.startswith(TEST_IMAGE)]
    assert ours == [f"{kept}:latest"]  # other test runs may have named the same image


def test_a_killed_run_is_swept_up_by_the_next(
    engine: Engine, gendock: Command, program: Program, leftovers: Leftovers
) -> None:
    process = start("smoke", "--image", program("silent"), "--ready-timeout", "120")
    until(lambda: runs_container(engine, process.pid))
    process.kill()
    process.communicate(timeout=60)
    assert leftovers(process.pid)
    assert gendock("smoke", "--image", program("worker")).status == 0
    assert leftovers(process.pid) == []


def test_the_sweep_spares_the_living_and_the_kept(engine: Engine, gendock: Command, program: Program) -> None:
    client = engine.client
    keeping = gendock("smoke", "--image", program("worker"), "--keep")
    kept = [line.split()[1] for line in keeping.out.splitlines() if line.startswith("kept")]
    stranger = client.networks.create(f"{TEST_IMAGE}stranger", labels={"owner": "someone"})
    try:
        with open_session(seconds=60) as session:
            network = client.networks.create(session.run.name, labels=session.run.labels)
            assert gendock("smoke", "--image", program("worker")).status == 0
            names = {str(one.name) for one in client.networks.list()}
            assert {network.name, stranger.name} <= names
            assert client.containers.get(kept[0]).status == "exited"
        assert network.name not in {str(one.name) for one in client.networks.list()}
    finally:
        stranger.remove()  # by its id: other test runs may have one of that name
        client.containers.get(kept[0]).remove(force=True)
        for name in kept[1:]:
            client.networks.get(name).remove()


def test_a_run_is_named_by_its_labels_and_its_tag() -> None:
    run = Run.begin(seconds=60)
    assert run_of_tag(f"orders:{run.tag}") == (run.id, run.owner)
    assert Owner.parse(str(run.owner)) == run.owner
    assert not run.owner.is_over()
    gone = Owner(run.owner.host, 2**22 + 1, "1", run.owner.until)
    assert gone.is_over()
    reused = Owner(run.owner.host, run.owner.pid, "1", run.owner.until)
    assert reused.is_over()
    elsewhere = Owner("00000000", run.owner.pid, run.owner.started, int(time.time()) - 3600)
    assert elsewhere.is_over()
    assert run_of_tag("orders:1.4") is None
