"""Two real BuildKits for all tests of this folder; they are skipped, with the reason, where none can run."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gendock.engine.connection import Engine
from tests.registry.distribution import NoPackageError
from tests.remote.buildkits import SCRIPT, NoBuildKitError, Remote, programs, remote

HERE = Path(__file__).parent


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin to build BuildKit while other tests run: where it has to be built, that takes minutes."""
    if (
        any(item.path.is_relative_to(HERE) for item in session.items)
        and not session.config.option.collectonly
    ):
        ahead = subprocess.Popen(
            [SCRIPT, "buildkit"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

        def end() -> None:
            ahead.terminate()
            ahead.wait()

        session.config.add_cleanup(end)


@pytest.fixture(scope="session")
def here(engine: Engine) -> Iterator[Remote]:
    """A registry, two BuildKits and their builders."""
    del engine
    # Not pytest's own folder, which is kept: what BuildKit unpacks is large.
    folder = Path(tempfile.mkdtemp(prefix="gendock-remote-"))
    try:
        with remote(programs(), folder) as found:
            yield found
    except (NoBuildKitError, NoPackageError) as error:
        pytest.skip(str(error))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
