"""Ask an address whether a server is behind it: over HTTP, as a gRPC client, or just for a sign of life.

A published port of 127.0.0.1 accepts connections even where nothing listens in the container: Docker's
proxy takes them and hangs up. So a connection alone shows nothing; bytes that come back do, and so does a
connection that stays open.
"""

from __future__ import annotations

import http.client
import socket
import time
from dataclasses import dataclass
from enum import IntEnum

from gendock.engine.grpc_health import Serving, ask_grpc

Address = tuple[str, int]
_HTTP_WITHIN = 3.0  # seconds for one answer
_GRPC_WITHIN = 1.0  # of one that took HTTP in silence, which servers of gRPC hang up on
_HANGS_UP_WITHIN = 0.3  # seconds in which Docker's proxy hangs up when nothing listens


class Answered(IntEnum):
    """How much of an answer came; more is better."""

    NOTHING = 0
    NOT_READY = 1  # HTTP, with a status of 500 or more; gRPC, and it does not serve
    TCP = 2  # something is there that does not speak HTTP
    GRPC = 3
    HTTP = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from one port.

    Attributes:
        path: the path asked for, where HTTP came back.
        status: HTTP's.
        serving: what a gRPC server says of itself.
    """

    answered: Answered
    path: str = ""
    status: int = 0
    serving: Serving | None = None

    @property
    def ready(self) -> bool:
        """Whether the server serves."""
        return self.answered >= Answered.TCP

    def __str__(self) -> str:
        """Say it in a few words."""
        if self.status:
            return f"GET {self.path} {self.status}"
        if self.serving:
            return self.serving.value
        return "TCP answers" if self.ready else "no answer"


def ask(address: Address, paths: tuple[str, ...], *, only_these: bool = False) -> Answer:
    """Ask for each path in turn, then for `/`, then as a gRPC client, then for any sign of life.

    Args:
        address: host and port.
        paths: health paths, the likeliest first; one that is not there (404, 405) leads to the next.
        only_these: a person named the paths: nothing else counts, and only a status below 400 does.
    """
    began = time.monotonic()
    best = _ask_over_http(address, paths, only_these=only_these)
    if only_these or best.answered is not Answered.NOTHING:
        return best
    is_silent = time.monotonic() - began >= _HTTP_WITHIN
    serving = ask_grpc(address, _GRPC_WITHIN if is_silent else _HTTP_WITHIN)
    if serving:
        return Answer(Answered.NOT_READY if serving is Serving.NO else Answered.GRPC, serving=serving)
    if not stays_open(address):
        return best
    if is_silent:
        return Answer(Answered.TCP)
    # It may have begun to listen after it was asked: only who hangs up now as well does not speak HTTP.
    again = _ask_over_http(address, paths, only_these=only_these)
    return again if again.answered is not Answered.NOTHING else Answer(Answered.TCP)


def _ask_over_http(address: Address, paths: tuple[str, ...], *, only_these: bool) -> Answer:
    best = Answer(Answered.NOTHING)
    for path in paths if only_these else (*paths, *({"/"} - set(paths))):
        response = get(address, path)
        if response is None:
            break
        status = response.status
        good = status < (400 if only_these else 500)
        missing = status in (404, 405) and path != "/"
        answer = Answer(Answered.HTTP if good and not missing else Answered.NOT_READY, path, status)
        if good and not missing:
            return answer
        if not missing or only_these:
            return answer if answer.answered > best.answered else best
    return best


def stays_open(address: Address) -> bool:
    """Say whether a connection sends something, or is not hung up on at once."""
    try:
        with socket.create_connection(address, timeout=_HTTP_WITHIN) as connection:
            connection.settimeout(_HANGS_UP_WITHIN)
            return bool(connection.recv(1))
    except TimeoutError:
        return True
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Response:
    """An answer over HTTP; of a body no more than was asked for."""

    status: int
    content_type: str
    body: bytes


def get(address: Address, path: str, *, most: int = 0) -> Response | None:
    """Ask for a path and return the answer; None where no HTTP came back. Redirects are not followed.

    Args:
        address: host and port.
        path: with its slash.
        most: bytes of the body to read.
    """
    connection = http.client.HTTPConnection(*address, timeout=_HTTP_WITHIN)
    try:
        connection.request("GET", path, headers={"User-Agent": "gendock", "Connection": "close"})
        answer = connection.getresponse()
        return Response(
            answer.status, answer.headers.get("Content-Type", ""), answer.read(most) if most else b""
        )
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
