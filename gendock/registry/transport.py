"""HTTP to one registry: requests with limits, and errors as sentences.

Plain HTTP is for this machine's own registries and for those that the user names. Redirects are followed by
hand: an Authorization header never leaves the host that it is for.
"""

from __future__ import annotations

import ipaddress
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from msgspec import Struct

from gendock.errors import GendockError, RegistryUnavailableError
from gendock.registry.reference import is_host
from gendock.version import VERSION

if TYPE_CHECKING:
    import requests

CONNECT_WITHIN, ANSWER_WITHIN = 5, 15  # seconds, for each attempt
_WHOLE_BODY_WITHIN = 30.0
_MOST_REDIRECTS = 5
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_LONGEST_ADDRESS = 8192
_DEEPEST_CAUSE = 10
_CERTIFICATE_VARIABLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE")
LARGEST_BODY: Final = 4 << 20  # what registries themselves take for a manifest


class Reply(Struct, frozen=True):
    """An answer: its status, its headers (names in any case), and its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """A session with one registry; for one thread."""

    def __init__(self, host: str, plain_hosts: frozenset[str]) -> None:
        """Take the registry as people name it, and those that may be asked by plain HTTP."""
        self.host = host
        self._plain_hosts = plain_hosts
        self._session = _session()
        if _is_this_machine(host):
            self._session.trust_env = False  # no proxy leads back here
        self._authorities = _authorities()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def scheme(self, host: str) -> str:
        """Return how a host is asked."""
        return "http" if host in self._plain_hosts or _is_this_machine(host) else "https"

    def allows(self, address: str) -> bool:
        """Tell whether an address that this registry has named may be asked.

        By plain HTTP only if the registry is asked so itself; and nobody sends us to this machine's own
        services from outside.
        """
        if len(address) > _LONGEST_ADDRESS or not address.isascii() or not address.isprintable():
            return False
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        if not is_host(parts.netloc):  # also where a user's name stands in it
            return False
        if _is_this_machine(parts.netloc) and not _is_this_machine(self.host):
            return False
        is_plain = parts.scheme == "http" and "http" == self.scheme(self.host) == self.scheme(parts.netloc)
        return is_plain or parts.scheme == "https"

    def send(
        self, method: str, address: str, headers: Mapping[str, str], *, redirects: int = _MOST_REDIRECTS
    ) -> Reply:
        """Ask, and follow redirects; the Authorization header stays with the first address's host.

        Raises:
            RegistryUnavailableError: no answer, or none that can be used.
        """
        home, sent = urlsplit(address), dict(headers)
        for _ in range(redirects + 1):
            reply, location = self._send_once(method, address, sent)
            if reply.status not in _REDIRECTS:
                return reply
            address = _joined(address, location)
            if not location or not self.allows(address):
                raise self.failure("redirects to an address that gendock does not follow")
            there = urlsplit(address)
            if (there.scheme, there.netloc) != (home.scheme, home.netloc):
                sent.pop("Authorization", None)
        raise self.failure("redirects too often")

    def failure(self, what: str, advice: str = "see whether that is a registry") -> RegistryUnavailableError:
        """Return the error that says what is wrong with this registry, and what to do."""
        return RegistryUnavailableError(f"the registry {self.host} {what}: {advice}")

    def _send_once(self, method: str, address: str, headers: Mapping[str, str]) -> tuple[Reply, str]:
        with self._errors():
            response = self._session.request(
                method,
                address,
                headers=dict(headers),
                allow_redirects=False,
                stream=True,
                verify=self._authorities,
                timeout=(CONNECT_WITHIN, ANSWER_WITHIN),
            )
            with response:
                location = response.headers.get("Location", "")
                is_wanted = method != "HEAD" and response.status_code not in _REDIRECTS
                body = self._body(response) if is_wanted else b""
                return Reply(response.status_code, response.headers, body), location

    def _body(self, response: requests.Response) -> bytes:
        end = time.monotonic() + _WHOLE_BODY_WITHIN
        body = bytearray()
        # Not unpacked: what was sent packed against our asking is no manifest, and may be a bomb.
        for piece in response.raw.stream(65_536, decode_content=False):
            body += piece
            if len(body) > LARGEST_BODY:
                raise self.failure(f"sends more than the {LARGEST_BODY >> 20} MiB that a manifest may have")
            if time.monotonic() > end:
                raise self.failure(f"does not get done within {_WHOLE_BODY_WITHIN:.0f} s", "try again later")
        return bytes(body)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Make sentences of what requests and urllib3 raise."""
        import requests
        import urllib3

        try:
            yield
        except requests.exceptions.SSLError as error:
            if "WRONG_VERSION_NUMBER" in str(error) or "record layer failure" in str(error):
                advice = f"if it is yours, add --insecure-registry {self.host}"
                raise self.failure("speaks no TLS", advice) from error
            what = "shows a certificate that is not trusted here"
            raise self.failure(what, "set SSL_CERT_FILE to that of its authority") from error
        except requests.exceptions.ProxyError as error:
            what = "cannot be reached through the proxy"
            raise self.failure(what, "see HTTPS_PROXY and NO_PROXY") from error
        except (OSError, urllib3.exceptions.HTTPError, ValueError) as error:  # those of requests are OSErrors
            causes = list(_causes(error))
            if _is_late(causes):
                what = "does not answer in time"
                raise self.failure(what, "see the network, or try again later") from error
            what = f"is not in reach ({_briefly(causes)})"
            raise self.failure(what, "see the network and the host's name") from error


def _session() -> requests.Session:
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.util import Retry

    class Session(requests.Session):
        """One that leaves redirects to us: requests reads their bodies whole before it shows them."""

        def get_redirect_target(self, resp: requests.Response) -> None:
            """Know of no redirect."""

    session = Session()
    again = Retry(
        total=2,
        connect=1,
        read=1,
        other=0,  # a certificate does not get better
        status_forcelist=(502, 503, 504),
        allowed_methods=("GET", "HEAD"),
        backoff_factor=0.3,
        raise_on_status=False,
        redirect=False,
        # A stranger does not decide how long we wait.
        respect_retry_after_header=False,
    )
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(max_retries=again))
    session.headers.update({"User-Agent": f"gendock/{VERSION}", "Accept-Encoding": "identity"})
    # Else requests sends what ~/.netrc has for a host.
    session.auth = _unchanged
    return session


def _joined(address: str, location: str) -> str:
    """Return where a redirect leads; an empty text where that is no address."""
    try:
        return urljoin(address, location)
    except ValueError:
        return ""


def _authorities() -> str | None:
    """Return the file of certificates that the environment names; None for those that requests brings.

    Raises:
        GendockError: it is not there.
    """
    for name in _CERTIFICATE_VARIABLES:
        path = os.environ.get(name)
        if path and not Path(path).exists():
            raise GendockError(f"{name} names {path!r}, which is not there: name a file of certificates")
        if path:
            return path
    return None


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _is_this_machine(host: str) -> bool:
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those below it, which requests and urllib3 keep in several ways."""
    cause: BaseException | None = error
    for _ in range(_DEEPEST_CAUSE):
        if cause is None:
            return
        yield cause
        inner = cause.args[0] if cause.args and isinstance(cause.args[0], BaseException) else None
        reason = getattr(cause, "reason", None)
        below = reason if isinstance(reason, BaseException) else inner
        cause = below or cause.__cause__ or cause.__context__


def _is_late(causes: Sequence[BaseException]) -> bool:
    from urllib3.exceptions import NewConnectionError
    from urllib3.exceptions import TimeoutError as LateError

    # A refused connection is for urllib3 a kind of late one.
    return any(isinstance(one, LateError) and not isinstance(one, NewConnectionError) for one in causes)


def _briefly(causes: Sequence[BaseException]) -> str:
    from urllib3.exceptions import NameResolutionError

    for cause in causes:
        if isinstance(cause, NameResolutionError):
            return "no such host"
        if isinstance(cause, OSError) and cause.strerror and cause.errno:
            return cause.strerror
    return "the connection broke off"
