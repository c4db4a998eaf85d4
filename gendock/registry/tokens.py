"""How a registry that answers 401 is asked again: by a token, or by name and password.

Source: distribution/distribution, docs/content/spec/auth/token.md; RFC 9110, section 11.6.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlencode, urlsplit

from msgspec import Struct

from gendock.errors import ImageUnavailableError
from gendock.registry.credentials import Credentials
from gendock.registry.reference import DOCKER_HUB
from gendock.registry.transport import Reply, Transport

# Registries whose tokens come from another host of the same owner. Credentials go nowhere else.
_TOKEN_HOSTS = {DOCKER_HUB: "auth.docker.io", "registry.gitlab.com": "gitlab.com"}
_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))', re.ASCII)
_LONGEST_HEADER, _LARGEST_TOKEN = 4096, 1 << 16


class Challenge(Struct, frozen=True):
    """What a WWW-Authenticate header asks for."""

    scheme: str
    parameters: dict[str, str]


def read_challenge(header: str) -> Challenge:
    """Read a WWW-Authenticate header; the scheme is in small letters."""
    scheme, _, rest = header[:_LONGEST_HEADER].strip().partition(" ")
    found = {
        key.lower(): re.sub(r"\\(.)", r"\1", quoted) or plain
        for key, quoted, plain in _PARAMETER.findall(rest)
    }
    return Challenge(scheme.lower(), found)


def authorization(transport: Transport, path: str, refusal: Reply, credentials: Credentials | None) -> str:
    """Return the Authorization header that an answer of 401 asks for; empty where there is none to give.

    Args:
        transport: the registry.
        path: the repository that is to be read; no more than that is asked for, whatever the registry says.
        refusal: the answer.
        credentials: the user's, for this registry.

    Raises:
        ImageUnavailableError: the registry's token service refuses.
        RegistryUnavailableError: it cannot be asked.
    """
    challenge = read_challenge(refusal.headers.get("WWW-Authenticate", ""))
    if challenge.scheme == "basic":
        return credentials.basic if credentials else ""
    realm = challenge.parameters.get("realm", "")
    if challenge.scheme != "bearer" or not realm:
        return ""
    if not transport.allows(realm):
        raise transport.failure("sends us for a token to an address that gendock does not ask")
    query = {"service": challenge.parameters.get("service", ""), "scope": f"repository:{path}:pull"}
    address = f"{realm}{'&' if urlsplit(realm).query else '?'}{urlencode(query)}"
    theirs = urlsplit(realm).netloc
    trusted = theirs in (transport.host, _TOKEN_HOSTS.get(transport.host))
    headers = {"Authorization": credentials.basic} if credentials and trusted else {}
    reply = transport.send("GET", address, headers, redirects=0 if headers else 2)
    if reply.status in (401, 403):
        raise ImageUnavailableError(
            f"the registry {transport.host} gives no token for {path}: run docker login {transport.host}, "
            "or see whether the name is right"
        )
    if reply.status != 200:
        raise transport.failure(f"answers {reply.status} where a token was asked for", "try again later")
    return f"Bearer {_token(transport, reply.body)}"


def _token(transport: Transport, body: bytes) -> str:
    try:
        answer = json.loads(body) if len(body) <= _LARGEST_TOKEN else None
    except (ValueError, RecursionError):
        answer = None
    token = (answer.get("token") or answer.get("access_token")) if isinstance(answer, dict) else None
    if not (isinstance(token, str) and token.isascii() and token.isprintable() and " " not in token):
        raise transport.failure("sends something that is no token")
    return token
