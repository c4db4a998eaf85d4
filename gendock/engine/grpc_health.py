"""Ask a gRPC server whether it serves: `grpc.health.v1.Health/Check`, over HTTP/2 without TLS.

One request on a connection of its own needs a corner of HTTP/2 (RFC 9113): the preface, three kinds of
frames, and headers as literals that need no table (RFC 7541, 6.2.2). What the server's headers say is not
read: its answer is in a DATA frame, and a server without that service sends none.
"""

from __future__ import annotations

import socket
import struct
from enum import Enum

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _SETTINGS, _GOAWAY = 0, 1, 4, 7
_END_STREAM, _END_HEADERS, _ACK = 1, 4, 1
_STREAM = 1
_LONGEST = 2**14  # of a frame, as long as nobody agreed to more
_MOST_FRAMES = 50
_SERVING = 1
_EMPTY_MESSAGE = b"\0" * 5  # not compressed, of length 0: a HealthCheckRequest for the server as a whole
_REQUEST = (
    (b":method", b"POST"),
    (b":scheme", b"http"),
    (b":path", b"/grpc.health.v1.Health/Check"),
    (b":authority", b"localhost"),
    (b"te", b"trailers"),
    (b"content-type", b"application/grpc"),
)


class Serving(Enum):
    """What a server answered."""

    YES = "gRPC health: serving"
    NO = "gRPC health: not serving"
    UNKNOWN = "gRPC answers, without a health service"


def ask_grpc(address: tuple[str, int], within: float) -> Serving | None:
    """Return what a server says of itself; None where nobody speaks HTTP/2."""
    try:
        with socket.create_connection(address, timeout=within) as connection:
            headers = b"".join(b"\0" + _text(name) + _text(value) for name, value in _REQUEST)
            connection.sendall(
                _PREFACE
                + _frame(_SETTINGS, 0, 0, b"")
                + _frame(_HEADERS, _END_HEADERS, _STREAM, headers)
                + _frame(_DATA, _END_STREAM, _STREAM, _EMPTY_MESSAGE)
            )
            return _answer(connection)
    except OSError:
        return None


def _answer(connection: socket.socket) -> Serving | None:
    first = True
    for _ in range(_MOST_FRAMES):
        kind, flags, stream, payload = _next_frame(connection)
        if first and kind != _SETTINGS:
            return None  # RFC 9113, 3.4: a server's first frame is its settings
        first = False
        if kind == _SETTINGS and not flags & _ACK:
            connection.sendall(_frame(_SETTINGS, _ACK, 0, b""))
        elif kind == _DATA and stream == _STREAM and len(payload) >= 5:
            return Serving.YES if payload[5:7] == bytes((0x08, _SERVING)) else Serving.NO
        elif kind == _GOAWAY or (stream == _STREAM and flags & _END_STREAM):
            return Serving.UNKNOWN
    return None


def _next_frame(connection: socket.socket) -> tuple[int, int, int, bytes]:
    """Read a frame.

    Raises:
        OSError: there is none.
    """
    head = _exactly(connection, 9)
    length = int.from_bytes(head[:3])
    if length > _LONGEST:
        raise OSError("no HTTP/2")
    return head[3], head[4], int.from_bytes(head[5:9]) & 0x7FFFFFFF, _exactly(connection, length)


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = connection.recv(size - len(data))
        if not piece:
            raise OSError("the connection was closed")
        data += piece
    return data


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3) + struct.pack(">BBI", kind, flags, stream) + payload


def _text(value: bytes) -> bytes:
    return bytes((len(value),)) + value
