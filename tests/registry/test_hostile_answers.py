"""Registries that lie, loop, flood or say nothing: a small server for what no real one does."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from gendock.errors import GendockError, ImageUnavailableError, RegistryUnavailableError
from gendock.registry import asking, look_up, parse_reference, transport
from gendock.registry.tokens import read_challenge

BODY = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json"}).encode()
DIGEST = f"sha256:{hashlib.sha256(BODY).hexdigest()}"
OTHER = "sha256:" + "0" * 64


@dataclass
class Said:
    """One answer."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = BODY
    stays: float = 0  # seconds that the connection is kept open


@dataclass
class Asked:
    """One request."""

    method: str
    path: str
    authorization: str


class Server:
    """Answers as a function says, and notes what it was asked."""

    def __init__(self, answer: Callable[[Asked], Said]) -> None:
        self.asked: list[Asked] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = Asked(self.command, self.path, self.headers.get("Authorization", ""))
                server.asked.append(asked)
                said = answer(asked)
                self.send_response(said.status)
                for name, value in {"Content-Length": str(len(said.body)), **said.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command == "GET":
                    try:
                        self.wfile.write(said.body)
                        self.wfile.flush()
                        time.sleep(said.stays)
                    except ConnectionError:
                        self.close_connection = True

            do_HEAD = do_GET  # noqa: N815 - as http.server has it

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Callable[[Callable[[Asked], Said]], Server]]:
    """Start servers that end with the test."""
    started: list[Server] = []

    def start(answer: Callable[[Asked], Said]) -> Server:
        started.append(Server(answer))
        return started[-1]

    yield start
    for one in started:
        one.close()


Start = Callable[[Callable[[Asked], Said]], Server]


def ask(host: str, *known: str, plain: tuple[str, ...] = ()) -> str | GendockError:
    reference = parse_reference(f"{host}/app:1")
    assert reference is not None
    return look_up({reference: known}, plain_hosts=plain)[reference]


FLOOD = b" " * (transport.LARGEST_BODY + 1)
LIES = {
    "a digest that is not the manifest's": (
        Said(headers={"Docker-Content-Digest": OTHER}),
        "names a digest that its manifest does not have: do not use that image",
    ),
    "a page instead of a manifest": (
        Said(body=b"<html>log in to this network"),
        "sends something that is no image manifest: see whether that is a registry",
    ),
    "a list": (
        Said(body=b"[1]"),
        "sends something that is no image manifest: see whether that is a registry",
    ),
    "nested a million deep": (
        Said(body=b"[" * 1_000_000),
        "sends something that is no image manifest: see whether that is a registry",
    ),
    "too much": (
        Said(body=FLOOD),
        "sends more than the 4 MiB that a manifest may have: see whether that is a registry",
    ),
    "packed": (
        Said(headers={"Content-Encoding": "gzip"}, body=gzip.compress(BODY)),
        "sends something that is no image manifest: see whether that is a registry",
    ),
    "less than it said": (
        Said(headers={"Content-Length": "100000", "Connection": "close"}),
        "is not in reach (the connection broke off): see the network and the host's name",
    ),
    "an error": (Said(500), "answers 500: try again later, or see whether that is a registry"),
    "a refusal to answer for now": (
        Said(429, {"Retry-After": "100000"}),
        "takes no more requests for now: try again later, or run docker login {host}",
    ),
    "a redirect to a file": (
        Said(307, {"Location": "file:///etc/passwd"}),
        "redirects to an address that gendock does not follow: see whether that is a registry",
    ),
    "a redirect to plain HTTP": (
        Said(307, {"Location": "http://registry.example/v2/app/manifests/1"}),
        "redirects to an address that gendock does not follow: see whether that is a registry",
    ),
    "a redirect with a password": (
        Said(307, {"Location": "https://user:password@registry.example/"}),
        "redirects to an address that gendock does not follow: see whether that is a registry",
    ),
    "a redirect to what is no address": (
        Said(307, {"Location": "http://["}),
        "redirects to an address that gendock does not follow: see whether that is a registry",
    ),
    "a redirect to nowhere": (
        Said(307),
        "redirects to an address that gendock does not follow: see whether that is a registry",
    ),
    "a redirect to itself": (
        Said(307, {"Location": "/v2/app/manifests/1"}),
        "redirects too often: see whether that is a registry",
    ),
    "a token's address that is a file": (
        Said(401, {"WWW-Authenticate": 'Bearer realm="file:///etc/passwd"'}),
        "sends us for a token to an address that gendock does not ask: see whether that is a registry",
    ),
    "a token's address by plain HTTP elsewhere": (
        Said(401, {"WWW-Authenticate": 'Bearer realm="http://registry.example/token"'}),
        "sends us for a token to an address that gendock does not ask: see whether that is a registry",
    ),
}


@pytest.mark.parametrize("case", LIES)
def test_lies(server: Start, case: str) -> None:
    said, sentence = LIES[case]
    one = server(lambda _: said)
    answer = ask(one.host)
    assert isinstance(answer, RegistryUnavailableError)
    assert str(answer) == f"the registry {one.host} {sentence.format(host=one.host)}"
    assert len(one.asked) <= 8


def test_nobody_sends_us_to_the_services_of_this_machine(server: Start) -> None:
    inner = server(lambda _: Said())
    outer = server(lambda _: Said(307, {"Location": f"http://{inner.host}/v2/app/manifests/1"}))
    by_name = f"127.1:{outer.host.partition(':')[2]}"  # the same address, which its text does not show
    answer = ask(by_name, plain=(by_name,))
    assert isinstance(answer, RegistryUnavailableError)
    assert "redirects to an address that gendock does not follow" in str(answer)
    assert inner.asked == []
    assert ask(outer.host) == DIGEST


def test_the_body_of_a_redirect_is_not_read(server: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "ANSWER_WITHIN", 0.3)
    endless = Said(307, {"Location": "/elsewhere", "Content-Length": "1000000000000"}, stays=1)
    one = server(lambda asked: Said() if asked.path == "/elsewhere" else endless)
    assert ask(one.host) == DIGEST


def test_a_proxy_is_not_asked_for_this_machine(server: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert ask(server(lambda _: Said()).host) == DIGEST
    answer = ask("127.1:1", plain=("127.1:1",))
    assert str(answer) == (
        "the registry 127.1:1 cannot be reached through the proxy: see HTTPS_PROXY and NO_PROXY"
    )


def test_more_registries_than_are_asked_at_once(server: Start) -> None:
    servers = [server(lambda _: Said()) for _ in range(20)]
    references = [found for one in servers if (found := parse_reference(f"{one.host}/app:1"))]
    assert look_up(dict.fromkeys(references, ())) == dict.fromkeys(references, DIGEST)


def test_a_head_alone_is_not_believed(server: Start) -> None:
    one = server(
        lambda asked: Said(headers={"Docker-Content-Digest": OTHER} if asked.method == "HEAD" else {})
    )
    assert ask(one.host) == DIGEST
    assert [asked.method for asked in one.asked] == ["HEAD", "GET"]


def test_a_head_is_enough_for_a_digest_that_is_known(server: Start) -> None:
    one = server(lambda _: Said(headers={"Docker-Content-Digest": DIGEST}))
    assert ask(one.host, DIGEST) == DIGEST
    assert [asked.method for asked in one.asked] == ["HEAD"]


def test_a_registry_without_head(server: Start) -> None:
    one = server(lambda asked: Said(405 if asked.method == "HEAD" else 200))
    assert ask(one.host) == DIGEST


def test_an_error_that_passes(server: Start) -> None:
    answers = [Said(503), Said(503), *[Said(headers={"Docker-Content-Digest": DIGEST})] * 2]
    one = server(lambda _: answers.pop(0))
    assert ask(one.host) == DIGEST


TOKENS = {
    "no JSON": b"token",
    "no token": b"{}",
    "a number": b'{"token": 1}',
    "a header of its own": b'{"token": "a\\r\\nX-Evil: 1"}',
    "not ASCII": '{"token": "ü"}'.encode(),
    "too long": b'{"token": "' + b"a" * (1 << 17) + b'"}',
}


@pytest.mark.parametrize("case", TOKENS)
def test_what_is_no_token(server: Start, case: str) -> None:
    service = server(lambda _: Said(body=TOKENS[case]))
    challenge = {"WWW-Authenticate": f'Bearer realm="http://{service.host}/token",service="x"'}
    one = server(lambda _: Said(401, challenge))
    answer = ask(one.host)
    assert isinstance(answer, RegistryUnavailableError)
    assert (
        str(answer)
        == f"the registry {one.host} sends something that is no token: see whether that is a registry"
    )


def test_no_more_is_asked_for_than_to_read_one_repository(server: Start) -> None:
    service = server(lambda _: Said(body=b'{"access_token": "t"}'))
    challenge = (
        f'Bearer scope="repository:other:pull,push", realm="http://{service.host}/token?a=b", service="x&y=z"'
    )
    one = server(lambda asked: Said() if asked.authorization else Said(401, {"WWW-Authenticate": challenge}))
    assert ask(one.host) == DIGEST
    assert [asked.path for asked in service.asked] == [
        "/token?a=b&service=x%26y%3Dz&scope=repository%3Aapp%3Apull"
    ]
    assert {asked.authorization for asked in one.asked[1:]} == {"Bearer t"}


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_service_that_refuses(server: Start, status: int) -> None:
    service = server(lambda _: Said(status))
    one = server(lambda _: Said(401, {"WWW-Authenticate": f'Bearer realm="http://{service.host}/token"'}))
    answer = ask(one.host)
    assert isinstance(answer, ImageUnavailableError)
    assert f"the registry {one.host} gives no token for app" in str(answer)


def test_credentials_stay_with_their_host(server: Start, docker_folder: Path) -> None:
    other = server(lambda _: Said())

    def answer(asked: Asked) -> Said:
        if not asked.authorization:
            return Said(401, {"WWW-Authenticate": 'Basic realm="here"'})
        return Said(307, {"Location": f"http://{other.host}{asked.path}"})

    one = server(answer)
    auth = base64.b64encode(b"me:secret").decode()
    (docker_folder / "config.json").write_text(json.dumps({"auths": {one.host: {"auth": auth}}}))
    assert ask(one.host) == DIGEST
    assert f"Basic {auth}" in {asked.authorization for asked in one.asked}
    assert [asked.authorization for asked in other.asked] == ["", ""]


def test_credentials_go_for_a_token_to_their_own_host(server: Start, docker_folder: Path) -> None:
    def answer(asked: Asked) -> Said:
        if asked.path.startswith("/token"):
            return Said(body=b'{"token": "t"}')
        realm = f'Bearer realm="http://{one.host}/token"'
        return Said() if asked.authorization == "Bearer t" else Said(401, {"WWW-Authenticate": realm})

    one = server(answer)
    (docker_folder / "config.json").write_text(
        json.dumps({"auths": {f"http://{one.host}/v1/": {"username": "me", "password": "secret"}}})
    )
    assert ask(one.host) == DIGEST
    auth = base64.b64encode(b"me:secret").decode()
    assert [asked.authorization for asked in one.asked] == ["", f"Basic {auth}", "Bearer t", "Bearer t"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"auths": 1}', '{"auths": {"HOST": 1}}', '{"auths": {"HOST": {"auth": "%"}}}']
)
def test_a_configuration_that_says_nothing(server: Start, docker_folder: Path, text: str) -> None:
    one = server(lambda _: Said(401, {"WWW-Authenticate": "Basic"}))
    (docker_folder / "config.json").write_text(text.replace("HOST", one.host))
    assert isinstance(ask(one.host), ImageUnavailableError)


def test_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "ANSWER_WITHIN", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        answer = ask(host)
    assert isinstance(answer, RegistryUnavailableError)
    assert str(answer) == (
        f"the registry {host} does not answer in time: see the network, or try again later"
    )


def test_an_answer_that_comes_drop_by_drop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_NEXT_ANSWER_WITHIN", 0.5)

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            for _ in range(20):
                connection.sendall(b"x")
                time.sleep(0.1)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        dripping = Thread(target=drip, args=(listening,))
        dripping.start()
        begin = time.monotonic()
        answer = ask(host)
        assert time.monotonic() - begin < 1.5
        assert str(answer) == f"the registry {host} does not get done: try again later"
        dripping.join()


CHALLENGES = {
    'Bearer realm="https://a/t",service="s",scope="x,y"': (
        "bearer",
        {"realm": "https://a/t", "service": "s", "scope": "x,y"},
    ),
    "bearer realm=https://a/t , Service = s": ("bearer", {"realm": "https://a/t", "service": "s"}),
    'Basic realm="a \\"b\\" c"': ("basic", {"realm": 'a "b" c'}),
    "": ("", {}),
    'Bearer realm="https://a': ("bearer", {}),
}


@pytest.mark.parametrize("header", CHALLENGES)
def test_challenges(header: str) -> None:
    challenge = read_challenge(header)
    assert (
        challenge.scheme,
        {k: v for k, v in challenge.parameters.items() if v != '"https://a'},
    ) == CHALLENGES[header]
