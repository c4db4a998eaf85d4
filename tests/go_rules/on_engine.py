"""What becomes of a container: as someone sees it who starts an image, asks it and stops it."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from docker.errors import APIError
from requests.exceptions import ConnectionError as NoAnswer
from requests.exceptions import ReadTimeout

from gendock.engine.connection import Engine

if TYPE_CHECKING:
    from docker.models.containers import Container

# A program that serves has begun to by then.
_SECONDS = 2
# What is to come has come by then, on a slow machine too.
_PATIENCE = 20.0
_KILLED = 137
# The kernel's rule, which Kubernetes keeps and Docker lifts.
_KERNEL = {"net.ipv4.ip_unprivileged_port_start": "1024"}


@contextmanager
def created(engine: Engine, image: str) -> Iterator[Container]:
    """Make a container whose ports are published to this machine, and take it away again."""
    ports = engine.client.images.get(image).attrs["Config"].get("ExposedPorts") or {}
    published = dict.fromkeys(ports, ("127.0.0.1", 0))
    container = engine.client.containers.create(image, ports=published, sysctls=_KERNEL)
    try:
        yield container
    finally:
        container.remove(force=True)


def see(container: Container, kind: str, *, is_broken: bool) -> str:
    """Start a container and see to it that it goes wrong in one way, or not; return what it said."""
    said, status = _start(container)
    if kind in _WAYS:
        assert status == 0, said
        assert _WAYS[kind](container, is_broken) is is_broken, said
    else:
        assert (status != 0) is (is_broken and kind == "fails start"), said
    return said


def _start(container: Container) -> tuple[str, int]:
    """Start it; return what it said, and its status: 0 where it ends well or goes on."""
    try:
        container.start()
        status = int(container.wait(timeout=_SECONDS)["StatusCode"])
    except (ReadTimeout, NoAnswer):
        status = 0
    except APIError as error:
        return str(error), 127
    return container.logs().decode("utf-8", "replace"), status


def _is_unreachable(container: Container, is_expected: bool) -> bool:  # noqa: FBT001 - one of a table
    container.reload()
    published = [one for ports in container.ports.values() for one in ports or ()]
    assert published
    return not _comes(lambda: all(_answers(int(one["HostPort"])) for one in published), wait=not is_expected)


def _is_unhealthy(container: Container, is_expected: bool) -> bool:  # noqa: FBT001 - one of a table
    def health() -> str:
        container.reload()
        return str(container.attrs["State"]["Health"]["Status"])

    assert _comes(lambda: health() == ("unhealthy" if is_expected else "healthy"), wait=True), health()
    return is_expected


def _is_killed(container: Container, is_expected: bool) -> bool:  # noqa: FBT001 - one of a table
    container.stop(timeout=_SECONDS if is_expected else int(_PATIENCE))
    return bool(container.wait()["StatusCode"] == _KILLED)


_WAYS = {"unreachable": _is_unreachable, "unhealthy": _is_unhealthy, "killed": _is_killed}


def _comes(happens: Callable[[], bool], *, wait: bool) -> bool:
    """Tell whether something happens: now, or in some time."""
    deadline = time.monotonic() + (_PATIENCE if wait else 0)
    while not (seen := happens()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return seen


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
