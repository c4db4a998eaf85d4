"""What a port's answers mean, those of a server that has just begun to listen included."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import pytest

from gendock.engine.probe import Answer, Answered, ask

HOST = "127.0.0.1"

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
HANG_UP = b""


@contextmanager
def server(*answers: bytes) -> Iterator[int]:
    """A server with one answer for each connection, the last one for all that follow."""
    with socket.create_server((HOST, 0)) as listener:

        def serve() -> None:
            waiting = list(answers)
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                    with connection, suppress(OSError):
                        connection.settimeout(1)
                        if answer and connection.recv(1000):
                            connection.sendall(answer)

        Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


def test_a_server_that_begins_to_listen_while_it_is_asked_is_asked_again() -> None:
    with server(HANG_UP, OK) as port:
        assert ask((HOST, port), ("/healthz",)) == Answer(Answered.HTTP, "/healthz", 200)


def test_a_port_that_hangs_up_has_nobody_behind_it() -> None:
    with server(HANG_UP) as port:
        assert ask((HOST, port), ("/healthz",)) == Answer(Answered.NOTHING)


def test_a_silent_server_is_not_waited_for_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one of DNS, which takes HTTP for the beginning of a long question."""
    monkeypatch.setattr("gendock.engine.probe._HTTP_WITHIN", 0.4)
    monkeypatch.setattr("gendock.engine.probe._GRPC_WITHIN", 0.2)
    with socket.create_server((HOST, 0)) as listener:
        assert ask((HOST, listener.getsockname()[1]), ("/healthz",)) == Answer(Answered.TCP)
        listener.settimeout(0)
        connections = []
        with suppress(BlockingIOError):
            while True:
                connections.append(listener.accept()[0])
    for connection in connections:
        connection.close()
    assert len(connections) == 3  # one of HTTP, one of gRPC, one that waits for a sign of life


def test_a_server_that_speaks_something_else() -> None:
    with server(b"220 mail ready\r\n") as port:
        assert ask((HOST, port), ()) == Answer(Answered.TCP)
