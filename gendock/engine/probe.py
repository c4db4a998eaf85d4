"""Ask a published port on 127.0.0.1 whether a server is behind it.

A published port accepts connections even where nothing listens in the container: Docker's proxy takes them
and hangs up. So a connection alone shows nothing; bytes that come back do, and so does a connection that
stays open.
"""

from __future__ import annotations

import http.client
import socket
from dataclasses import dataclass
from enum import IntEnum

HOST = "127.0.0.1"
_HTTP_WITHIN = 3.0  # seconds for one answer
_HANGS_UP_WITHIN = 0.3  # seconds in which Docker's proxy hangs up when nothing listens


class Answered(IntEnum):
    """How much of an answer came; more is better."""

    NOTHING = 0
    NOT_READY = 1  # HTTP, with a status of 500 or more
    TCP = 2  # something is there that does not speak HTTP
    HTTP = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from one port.

    Attributes:
        path: the path asked for, where HTTP came back.
        status: HTTP's.
    """

    answered: Answered
    path: str = ""
    status: int = 0

    @property
    def ready(self) -> bool:
        """Whether the server serves."""
        return self.answered >= Answered.TCP

    def __str__(self) -> str:
        """Say it in a few words."""
        if self.status:
            return f"GET {self.path} {self.status}"
        return "TCP answers" if self.ready else "no answer"


def ask(port: int, paths: tuple[str, ...], *, only_these: bool = False) -> Answer:
    """Ask for each path in turn, then for `/`, then for any sign of life.

    Args:
        port: on 127.0.0.1.
        paths: health paths, the likeliest first; one that is not there (404, 405) leads to the next.
        only_these: a person named the paths: nothing else counts, and only a status below 400 does.
    """
    best = _ask_over_http(port, paths, only_these=only_these)
    if only_these or best.answered is not Answered.NOTHING or not stays_open(port):
        return best
    # It may have begun to listen after it was asked: only who is silent now as well does not speak HTTP.
    again = _ask_over_http(port, paths, only_these=only_these)
    return again if again.answered is not Answered.NOTHING else Answer(Answered.TCP)


def _ask_over_http(port: int, paths: tuple[str, ...], *, only_these: bool) -> Answer:
    best = Answer(Answered.NOTHING)
    for path in paths if only_these else (*paths, *({"/"} - set(paths))):
        status = _get(port, path)
        if status is None:
            break
        good = status < (400 if only_these else 500)
        missing = status in (404, 405) and path != "/"
        answer = Answer(Answered.HTTP if good and not missing else Answered.NOT_READY, path, status)
        if good and not missing:
            return answer
        if not missing or only_these:
            return answer if answer.answered > best.answered else best
    return best


def stays_open(port: int) -> bool:
    """Say whether a connection to the port sends something, or is not hung up on at once."""
    try:
        with socket.create_connection((HOST, port), timeout=_HTTP_WITHIN) as connection:
            connection.settimeout(_HANGS_UP_WITHIN)
            return bool(connection.recv(1))
    except TimeoutError:
        return True
    except OSError:
        return False


def _get(port: int, path: str) -> int | None:
    """Return the status of a GET; None where no HTTP came back. Redirects are not followed."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_HTTP_WITHIN)
    try:
        connection.request("GET", path, headers={"User-Agent": "gendock", "Connection": "close"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
