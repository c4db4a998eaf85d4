"""What a real registry says of its tags, with and without passwords."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from gendock.errors import GendockError, ImageUnavailableError, RegistryUnavailableError
from gendock.registry import look_up, parse_reference
from tests.registry.distribution import MANIFEST_LIST, Shelf, free_port, serving

PASSWORD = "open sesame"  # noqa: S105 - of a registry that this test makes
# htpasswd -nbB reader 'open sesame', at the lowest cost
HTPASSWD = "reader:$2b$04$0Wdoq7Rf5tDmppeEABEUDO8BblzPJS1kfcPrSJ6fBHnvUHd7hEj22\n"


def ask(name: str, *known: str, plain: tuple[str, ...] = ()) -> str | GendockError:
    reference = parse_reference(name)
    assert reference is not None
    return look_up({reference.tagged: known}, plain_hosts=plain)[reference.tagged]


def log_in(folder: Path, host: str, user: str = "reader") -> None:
    auth = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
    (folder / "config.json").write_text(json.dumps({"auths": {host: {"auth": auth}}}))


def test_the_index_of_an_image_with_two_platforms(shelf: Shelf) -> None:
    index = shelf.put_index("base/two", "1", "one")
    assert ask(f"{shelf.host}/base/two:1") == index
    assert ask(f"{shelf.host}/base/two:1", index) == index
    assert ask(f"{shelf.host}/base/two:1-amd64") != index


def test_docker_s_older_kind_of_index(shelf: Shelf) -> None:
    index = shelf.put_index("base/older", "1", "one", kind=MANIFEST_LIST)
    assert ask(f"{shelf.host}/base/older:1") == index


def test_a_tag_that_moves(shelf: Shelf) -> None:
    before = shelf.put_image("base/moving", "1", "one")
    assert ask(f"{shelf.host}/base/moving:1") == before
    after = shelf.put_image("base/moving", "1", "two")
    assert ask(f"{shelf.host}/base/moving:1", before) == after != before


def test_many_tags_of_two_registries(shelf: Shelf) -> None:
    one, two = shelf.put_image("many/a", "latest", "a"), shelf.put_image("many/b", "2", "b")
    dead = f"127.0.0.1:{free_port()}"
    names = [
        f"{shelf.host}/many/a",
        f"{shelf.host}/many/b:2",
        f"{dead}/a",
        f"{dead}/b",
        f"{shelf.host}/many/c",
    ]
    references = [found.tagged for name in names if (found := parse_reference(name))]
    answers = [look_up(dict.fromkeys(references, ()))[reference] for reference in references]
    assert answers[:2] == [one, two]
    assert str(answers[2]) == (
        f"the registry {dead} is not in reach (Connection refused): see the network and the host's name"
    )
    assert [type(answer) for answer in answers[2:]] == [
        RegistryUnavailableError,
        RegistryUnavailableError,
        ImageUnavailableError,
    ]


def test_a_tag_that_is_not_there(shelf: Shelf) -> None:
    answer = ask(f"{shelf.host}/base/two:nowhere")
    assert isinstance(answer, ImageUnavailableError)
    assert str(answer) == (
        f"the registry {shelf.host} has no base/two:nowhere: see whether name and tag are right"
    )


def test_a_host_that_is_none() -> None:
    answer = ask("no-such-host.invalid/app:1")
    assert isinstance(answer, RegistryUnavailableError)
    assert str(answer).startswith("the registry no-such-host.invalid is not in reach (no such host)")


def test_plain_http_has_to_be_allowed_where_a_host_is_not_this_machine_s_by_name(shelf: Shelf) -> None:
    digest = shelf.put_image("base/plain", "1", "one")
    host = f"127.1:{shelf.host.partition(':')[2]}"  # the same address, which its text does not show
    answer = ask(f"{host}/base/plain:1")
    assert isinstance(answer, RegistryUnavailableError)
    assert str(answer) == f"the registry {host} speaks no TLS: if it is yours, add --insecure-registry {host}"
    assert ask(f"{host}/base/plain:1", plain=(host,)) == digest


# Passwords


@pytest.fixture
def private(program: Path, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A registry that asks for a password; its host, and the digest of its image `app:1`."""
    with serving(program, tmp_path) as host:
        digest = Shelf(host).put_index("app", "1", "one")
    (tmp_path / "htpasswd").write_text(HTPASSWD)
    auth = {"htpasswd": {"realm": "private", "path": str(tmp_path / "htpasswd")}}
    with serving(program, tmp_path, {"auth": auth}) as host:
        yield host, digest


def test_a_password_of_the_configuration(private: tuple[str, str], docker_folder: Path) -> None:
    host, digest = private
    answer = ask(f"{host}/app:1")
    assert isinstance(answer, ImageUnavailableError)
    assert f"the registry {host} does not show app:1 to people who are not logged in" in str(answer)
    log_in(docker_folder, host)
    assert ask(f"{host}/app:1") == digest
    log_in(docker_folder, host, user="nobody")
    answer = ask(f"{host}/app:1")
    assert isinstance(answer, ImageUnavailableError)
    assert "to these credentials" in str(answer)


@pytest.mark.parametrize("other", ["127.0.0.1", "{host}.example", "evil.example/{host}", "127.0.0.1:1"])
def test_a_password_is_for_one_host(private: tuple[str, str], docker_folder: Path, other: str) -> None:
    host, _ = private
    log_in(docker_folder, other.format(host=host))
    assert isinstance(ask(f"{host}/app:1"), ImageUnavailableError)


def test_netrc_is_not_sent(private: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host, _ = private
    (tmp_path / "netrc").write_text(f'machine 127.0.0.1 login reader password "{PASSWORD}"\n')
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert isinstance(ask(f"{host}/app:1"), ImageUnavailableError)


# Tokens


class TokenService:
    """Signs tokens as registries want them, for whoever may read, and notes what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[dict[str, str]] = []
        self.key, self.certificate = folder / "key.pem", folder / "certificate.pem"
        _make_certificate(self.key, self.certificate)
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
        self.asked.append({**query, "Authorization": handler.headers.get("Authorization", "")})
        repository = query["scope"].split(":")[1]
        may_read = repository == "app"
        body = json.dumps({"token": self._token(query["service"], repository if may_read else "")}).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _token(self, service: str, repository: str) -> str:
        der = subprocess.run(
            ["openssl", "x509", "-in", self.certificate, "-outform", "DER"], check=True, capture_output=True
        ).stdout
        header = {"typ": "JWT", "alg": "RS256", "x5c": [base64.b64encode(der).decode()]}
        now = int(time.time())
        access = [{"type": "repository", "name": repository, "actions": ["pull"]}] if repository else []
        claims = {"iss": "tests", "sub": "", "aud": service, "exp": now + 300, "nbf": now - 60, "iat": now}
        parts = [_base64url(json.dumps(part).encode()) for part in (header, claims | {"access": access})]
        signed = ".".join(parts)
        signature = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", self.key],
            input=signed.encode(),
            check=True,
            capture_output=True,
        ).stdout
        return f"{signed}.{_base64url(signature)}"


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _make_certificate(key: Path, certificate: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed, which makes certificates and signs tokens")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tests"),
            *("-addext", "subjectAltName=DNS:127.1", "-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )


@pytest.fixture
def tokens(tmp_path: Path) -> Iterator[TokenService]:
    service = TokenService(tmp_path)
    yield service
    service.close()


@pytest.fixture
def guarded(program: Path, tmp_path: Path, tokens: TokenService) -> Iterator[tuple[str, str]]:
    """A registry that sends people for a token; its host, and the digest of its image `app:1`."""
    with serving(program, tmp_path) as host:
        digest = Shelf(host).put_index("app", "1", "one")
    realm = f"http://{tokens.host}/token?account=tests"
    settings = {
        "realm": realm,
        "service": "registry of tests",
        "issuer": "tests",
        "rootcertbundle": str(tokens.certificate),
    }
    with serving(program, tmp_path, {"auth": {"token": settings}}) as host:
        yield host, digest


def test_a_token_for_anybody(guarded: tuple[str, str], tokens: TokenService) -> None:
    host, digest = guarded
    assert ask(f"{host}/app:1") == digest
    assert tokens.asked == [
        {
            "account": "tests",
            "service": "registry of tests",
            "scope": "repository:app:pull",
            "Authorization": "",
        }
    ]


def test_a_token_that_opens_nothing(guarded: tuple[str, str]) -> None:
    host, _ = guarded
    answer = ask(f"{host}/secret:1")
    assert isinstance(answer, ImageUnavailableError)
    assert f"the registry {host} does not show secret:1" in str(answer)


def test_a_password_does_not_go_to_another_host_for_a_token(
    guarded: tuple[str, str], tokens: TokenService, docker_folder: Path
) -> None:
    host, digest = guarded
    log_in(docker_folder, host)
    assert ask(f"{host}/app:1") == digest
    assert [asked["Authorization"] for asked in tokens.asked] == [""]


# TLS


def test_a_certificate_has_to_be_trusted(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    _make_certificate(key, certificate)
    with serving(program, tmp_path) as host:
        digest = Shelf(host).put_image("app", "1", "one")
    with serving(
        program, tmp_path, {"http": {"tls": {"certificate": str(certificate), "key": str(key)}}}
    ) as host:
        by_name = f"127.1:{host.partition(':')[2]}"
        answer = ask(f"{by_name}/app:1")
        assert isinstance(answer, RegistryUnavailableError)
        assert str(answer) == (
            f"the registry {by_name} shows a certificate that is not trusted here: "
            "set SSL_CERT_FILE to that of its authority"
        )
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert ask(f"{by_name}/app:1") == digest
        other = ask(f"127.0.1:{host.partition(':')[2]}/app:1")  # the same address, by a name that it has not
        assert isinstance(other, RegistryUnavailableError)
