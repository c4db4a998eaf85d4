"""What every test can use: a Docker engine, and samples and programs built in it once.

Tests of the engine run by default. They are skipped only where no engine can be had, and then the last line
of the run says how many and why.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

from gendock.engine.connection import Engine, connect
from gendock.engine.run import LABEL, OWNER_LABEL, Owner, run_of_tag
from gendock.errors import EngineUnavailableError
from tests.images import TEST_IMAGE, remove_test_images

# These machines are shared: a slow example is no failure, and a failure should come again.
hypothesis.settings.register_profile("gendock", deadline=None, derandomize=True)
hypothesis.settings.load_profile("gendock")

# A shell makes what it starts in the background deaf to Ctrl-C, and with it all that the tests start and end.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parent.parent
GENDOCK = Path(sys.executable).with_name("gendock")
PROGRAMS = ROOT / "tests" / "engine" / "programs"
_UP_WITHIN = 900  # seconds: on a bare machine an engine has to be installed and base images made
_COMING_UP = pytest.StashKey["subprocess.Popen[str]"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --accept` takes what gendock writes now as what it should write."""
    parser.addoption(
        "--accept", action="store_true", help="write golden files anew; read the change before you commit"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the engine last: by then it has come up."""
    items.sort(key=lambda item: item.get_closest_marker("engine") is not None)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the engine come up beside the tests that need none."""
    wanted = bool(session.items) and session.items[-1].get_closest_marker("engine")
    if wanted and not session.config.option.collectonly and not os.environ.get("DOCKER_HOST"):
        session.config.stash[_COMING_UP] = coming_up = _bring_up()
        session.config.add_cleanup(lambda: _end(coming_up))


@pytest.fixture
def accepting(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written anew."""
    return bool(request.config.getoption("--accept"))


@pytest.fixture(autouse=True)
def _engine_where_marked(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("engine"):
        request.getfixturevalue("engine")


@pytest.fixture(scope="session")
def engine(pytestconfig: pytest.Config) -> Iterator[Engine]:
    """An engine that answers; DOCKER_HOST names it for the commands that tests run.

    One that is named already has to answer: only where none can be had, tests are skipped.
    """
    named = bool(os.environ.get("DOCKER_HOST"))
    try:
        found = _find_engine(pytestconfig)
    except EngineUnavailableError as error:
        if named:
            raise
        pytest.skip(str(error))
    os.environ["DOCKER_HOST"] = found.address.url
    yield found
    remove_test_images(found)
    found.client.close()


def _bring_up() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [ROOT / "scripts" / "engine", "up"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _end(coming_up: subprocess.Popen[str]) -> None:
    """End what was not waited for, as no test has come to need it."""
    if coming_up.poll() is None:
        coming_up.terminate()
        coming_up.communicate()


def _find_engine(config: pytest.Config) -> Engine:
    if os.environ.get("DOCKER_HOST"):
        return connect()
    coming_up = config.stash.get(_COMING_UP, None) or _bring_up()
    out, err = coming_up.communicate(timeout=_UP_WITHIN)
    named = re.search(r"^export DOCKER_HOST=(\S+)$", out, re.MULTILINE)
    if coming_up.returncode != 0 or not named:
        said = (err.strip() or "scripts/engine up names no DOCKER_HOST").splitlines()[-1]
        raise EngineUnavailableError(said)
    os.environ["DOCKER_HOST"] = named[1].strip("'\"")
    return connect()


@dataclass(frozen=True)
class Ran:
    """How the installed command ended."""

    status: int
    out: str
    err: str


def gendock(*words: str | Path, cwd: Path = ROOT, **environment: str) -> Ran:
    """Run the installed console script to its end."""
    done = subprocess.run(
        [GENDOCK, *words],
        cwd=cwd,
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
        timeout=600,
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


@pytest.fixture(name="gendock", scope="session")
def _gendock() -> Callable[..., Ran]:
    return gendock


@pytest.fixture(scope="session")
def program(engine: Engine) -> Callable[[str], str]:
    """Build a target of tests/engine/programs, once a session; the image's name."""
    del engine
    built: dict[str, str] = {}

    def build(target: str) -> str:
        if target not in built:
            name = TEST_IMAGE + target
            ran = gendock("build", PROGRAMS, "--target", target, "--tag", name)
            assert ran.status == 0, ran.err
            built[target] = name
        return built[target]

    return build


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Copy a sample and let init write its Dockerfile, once a session; the copy's folder."""
    written: dict[str, Path] = {}

    def write(name: str) -> Path:
        if name not in written:
            folder = tmp_path_factory.mktemp("samples") / name
            shutil.copytree(ROOT / "samples" / name, folder)
            ran = gendock("init", folder)
            assert ran.status == 0, ran.err
            written[name] = folder
        return written[name]

    return write


@pytest.fixture
def leftovers(engine: Engine) -> Callable[[int], list[str]]:
    """Name what the run of a process has left in the engine: containers, networks, volumes, images.

    By the process's id, as other runs may use the same engine; nameless images are those that came meanwhile.
    """
    nameless = {"dangling": True, "label": f"{LABEL}=1"}
    # The list alone, as an image that other runs take away meanwhile could not be inspected any more.
    before = {str(image["Id"]) for image in engine.client.api.images(filters=nameless)}

    def of(labels: dict[str, str], pid: int) -> bool:
        owner = Owner.parse(labels.get(OWNER_LABEL, ""))
        return owner is not None and owner.pid == pid

    def look(pid: int) -> list[str]:
        client = engine.client
        found = [
            str(one.name)
            for one in client.containers.list(all=True, ignore_removed=True)
            if of(one.labels, pid)
        ]
        found += [str(one.name) for one in client.networks.list() if of(one.attrs["Labels"] or {}, pid)]
        volumes = client.volumes.list()
        found += [str(one.name) for one in volumes if of(one.attrs["Labels"] or {}, pid)]
        for image in client.api.images():
            tags = image.get("RepoTags") or ()
            found += [tag for tag in tags if (run := run_of_tag(tag)) and run[1].pid == pid]
        after = {str(image["Id"]) for image in client.api.images(filters=nameless)}
        return found + sorted(after - before)

    return look


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Say, as the last line of the run, how many tests of the engine did not run, and why."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = (
        [one for one in reporter.stats.get("skipped", []) if "engine" in one.keywords] if reporter else []
    )
    if reporter and skipped:
        where = skipped[0].longrepr
        reason = str(where[2]).removeprefix("Skipped: ") if isinstance(where, tuple) else "no reason given"
        count = f"{len(skipped)} tests" if len(skipped) > 1 else "1 test"
        reporter.write_line(f"{count} of the Docker engine skipped: {reason}", yellow=True, bold=True)
