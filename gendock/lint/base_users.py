"""As whom a base image starts, as far as its name tells, and the numbers of users by name."""

from __future__ import annotations

import re

from gendock.lint.images import ImageReference
from gendock.lint.official_images import OFFICIAL_IMAGES, SHELLS_AND_INTERPRETERS

# Docker's own images that start as somebody else than root. Source: their Dockerfiles, which
# github.com/docker-library/official-images names.
_OFFICIAL_WITH_USER = frozenset(
    """
    adminer api-firewall celery eggdrop elasticsearch emqx fluentd geonetwork groovy haproxy irssi jenkins
    jetty jobber kibana kong lightstreamer liquibase logstash memcached notary nuxeo odoo open-liberty percona
    plone rocket.chat satosa solr sonarqube spark teamspeak varnish websphere-liberty
""".split()
)
# Those whose own ENTRYPOINT starts as root, and what it starts does not stay so.
_DROPPING = frozenset(
    """
    cassandra clickhouse consul couchdb crate eclipse-mosquitto flink ghost influxdb mariadb mongo mysql
    neo4j postgres rabbitmq redis redmine storm telegraf vault znc zookeeper
""".split()
)
# Bases that start as root on other registries.
_ROOT_ELSEWHERE = (
    r"gcr\.io/distroless/[^/]+"
    r"|quay\.io/(?:centos/centos|fedora/fedora(?:-minimal)?|almalinuxorg/almalinux|rockylinux/rockylinux)"
    r"|public\.ecr\.aws/amazonlinux/amazonlinux"
    r"|registry\.fedoraproject\.org/fedora(?:-minimal)?"
    r"|registry\.access\.redhat\.com/ubi\d+/ubi(?:-minimal|-micro|-init)?"
    r"|mcr\.microsoft\.com/(?:azurelinux/base|cbl-mariner/base)/core"
)
_OTHER_USER = re.compile(r"non-?root|rootless|unprivileged")
_DISTROLESS = "gcr.io/distroless/"
# Variants of interpreters that start a server, and a system that starts its services.
_SERVING = re.compile(r"apache|fpm")
_INIT = "/ubi-init"


def starts_as_root(image: ImageReference) -> bool:
    """Tell whether an image is one that is known to start as root."""
    whole = f"{image.name}:{image.tag}"
    if "$" in image.name or _OTHER_USER.search(whole):
        return False
    if image.official:
        return image.official in OFFICIAL_IMAGES and image.official not in _OFFICIAL_WITH_USER
    if image.name.startswith(_DISTROLESS) and ("$" in image.tag or (image.digest and not image.tag)):
        return False
    return re.fullmatch(_ROOT_ELSEWHERE, image.name) is not None


def drops_rights_itself(image: ImageReference) -> bool:
    """Tell whether an image's own ENTRYPOINT is known to give the rights of root away."""
    return image.official in _DROPPING


def starts_a_shell(image: ImageReference) -> bool:
    """Tell whether an image's own command is known to be a shell or an interpreter."""
    if image.official:
        return image.official in SHELLS_AND_INTERPRETERS and not _SERVING.search(image.tag)
    is_system = re.fullmatch(_ROOT_ELSEWHERE, image.name) is not None
    return is_system and not image.name.startswith(_DISTROLESS) and not image.name.endswith(_INIT)


def known_number(user: str, image: ImageReference | None) -> str | None:
    """Return the number that a user or group of this name has in an image; None where it is not known."""
    if user == "root":
        return "0"
    if image is None:
        return None
    if image.name.startswith(_DISTROLESS):
        return {"nonroot": "65532", "nobody": "65534"}.get(user)
    if image.official == "node" and user == "node":
        return "1000"
    return None
