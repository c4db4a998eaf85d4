"""The names of images that tests make: each carries its test run's process, as several share an engine."""

from __future__ import annotations

import os
import re
from contextlib import suppress

from docker.errors import APIError

from gendock.engine.connection import Engine

TEST_IMAGE = f"gendock-test-{os.getpid()}-"
_OF_A_RUN = re.compile(r"gendock-test-(\d+)-.*")


def remove_test_images(engine: Engine) -> None:
    """Remove this run's images, and those of runs that are gone; runs that go on keep theirs."""
    for image in engine.client.api.images():  # unlike images.list(), asks for none that is gone meanwhile
        for name in image["RepoTags"] or ():
            found = _OF_A_RUN.fullmatch(name)
            if found and (int(found[1]) == os.getpid() or not _lives(int(found[1]))):
                with suppress(APIError):  # another run takes away the same
                    engine.client.images.remove(name, force=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
