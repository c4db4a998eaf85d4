"""What is behind a tag: the digest of its index, or of its manifest where it has one platform.

Source: opencontainers/distribution-spec, spec.md, "Pulling manifests".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection

from gendock.errors import ImageUnavailableError
from gendock.registry.credentials import Credentials
from gendock.registry.reference import DOCKER_HUB, Reference, is_digest
from gendock.registry.tokens import authorization
from gendock.registry.transport import Reply, Transport

_ACCEPT = (
    "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
)
_DIGEST_HEADER = "Docker-Content-Digest"
_HUB_HOST = f"registry-1.{DOCKER_HUB}"


class Registry:
    """One registry, with the authorizations that it has given; for one thread."""

    def __init__(self, transport: Transport, credentials: Credentials | None) -> None:
        """Take a way to it, and what the user's configuration has for it."""
        self._transport = transport
        self._credentials = credentials
        self._authorizations: dict[str, str] = {}

    def digest(self, image: Reference, known: Collection[str]) -> str:
        """Return the digest that a tag stands for now.

        A HEAD is enough where it names one of the `known` digests. Any other is believed only when it is
        that of the manifest itself.

        Raises:
            ImageUnavailableError: the registry has no such tag, or does not show it.
            RegistryUnavailableError: the registry cannot be asked, or what it says cannot be true.
        """
        reply = self._manifest("HEAD", image)
        said = reply.headers.get(_DIGEST_HEADER, "")
        if reply.status == 200 and said in known:
            return said
        if reply.status not in (200, 400, 405, 501):  # some have no HEAD
            self._refuse(reply, image)
        reply = self._manifest("GET", image)
        if reply.status != 200:
            self._refuse(reply, image)
        return self._proved(reply)

    def _manifest(self, method: str, image: Reference) -> Reply:
        host = _HUB_HOST if image.host == DOCKER_HUB else image.host
        address = f"{self._transport.scheme(host)}://{host}/v2/{image.path}/manifests/{image.tag}"
        headers = {"Accept": _ACCEPT}
        given = self._authorizations.get(image.path)
        if given:
            headers["Authorization"] = given
        reply = self._transport.send(method, address, headers)
        if reply.status != 401 or given:
            return reply
        given = authorization(self._transport, image.path, reply, self._credentials)
        if not given:
            return reply
        self._authorizations[image.path] = given
        return self._transport.send(method, address, headers | {"Authorization": given})

    def _proved(self, reply: Reply) -> str:
        """Return the digest of a manifest's own bytes.

        Raises:
            RegistryUnavailableError: it is no manifest, or not the one that the header names.
        """
        try:
            manifest = json.loads(reply.body)
        except (ValueError, RecursionError):
            manifest = None
        if not isinstance(manifest, dict) or manifest.get("schemaVersion") != 2:
            raise self._transport.failure("sends something that is no image manifest")
        digest = f"sha256:{hashlib.sha256(reply.body).hexdigest()}"
        said = reply.headers.get(_DIGEST_HEADER, "")
        if is_digest(said) and said.startswith("sha256:") and said != digest:
            raise self._transport.failure(
                "names a digest that its manifest does not have", "do not use that image"
            )
        return digest

    def _refuse(self, reply: Reply, image: Reference) -> None:
        """Say why there is no digest.

        Raises:
            ImageUnavailableError: because of the image.
            RegistryUnavailableError: because of the registry.
        """
        name = f"{image.path}:{image.tag}"
        host = self._transport.host
        if reply.status == 404:
            raise ImageUnavailableError(
                f"the registry {host} has no {name}: see whether name and tag are right"
            )
        if reply.status in (401, 403):
            whose = "these credentials" if self._credentials else "people who are not logged in"
            raise ImageUnavailableError(
                f"the registry {host} does not show {name} to {whose}: see whether the name is right, or run "
                f"docker login {host} (credential helpers are not asked)"
            )
        if reply.status == 429:
            raise self._transport.failure(
                "takes no more requests for now", f"try again later, or run docker login {host}"
            )
        raise self._transport.failure(
            f"answers {reply.status}", "try again later, or see whether that is a registry"
        )
