"""Which shell /bin/sh is in a base image, by the image's name.

Sources: the distributions' packages (Debian policy 10.4 and Ubuntu's DashAsBinSh for dash; Fedora, SUSE,
Arch, Amazon and Oracle Linux link sh to bash; Alpine to BusyBox), and for Docker's official images the FROM
lines of their Dockerfiles in github.com/docker-library, without a tag that says otherwise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.lint.bases import root_base
from gendock.lint.images import DOCKER_HUB, parse_image
from gendock.lint.official_images import OFFICIAL_IMAGES

if TYPE_CHECKING:
    from gendock.dockerfile import Stage

# A distribution's own images, whatever their tags are.
_DISTRIBUTIONS = {
    "bash": """
        almalinux amazonlinux archlinux azurelinux base-rhel cbl-mariner centos fedora fedora-minimal gentoo
        leap mageia opensuse oraclelinux photon rhel rockylinux sl stage3 tumbleweed ubi ubi-init ubi-minimal
        ubi7 ubi8 ubi9 ubi10
    """,
    "busybox": "alpine alpine-glibc alpine-node busybox",
    "dash": "debian debian-slim minideb ubuntu ubuntu-debootstrap",
}
# What a tag says comes before what an image stands on without it.
_TAGS = (
    ("busybox", re.compile(r"alpine|busybox")),
    (
        "bash",
        re.compile(r"\b(?:ubi|rhel|el)\d|centos|fedora|rocky|alma|oracle|amazonlinux|\bal20\d\d|azurelinux"),
    ),
    ("dash", re.compile(r"trixie|bookworm|bullseye|buster|stretch|jessie|wheezy|debian|ubuntu")),
    ("dash", re.compile(r"\b(?:resolute|noble|jammy|focal|bionic|xenial|trusty)\b")),
)
_OFFICIAL = {
    "busybox": "composer docker registry",
    "dash": """
        adminer buildpack-deps cassandra clojure couchdb dart drupal eclipse-temurin elixir erlang gcc ghost
        golang gradle haproxy haskell httpd jenkins julia mariadb maven memcached mongo mono nextcloud nginx
        node perl php postgres pypy python r-base rabbitmq redis ruby rust swift tomcat wordpress
    """,
}
_BY_DISTRIBUTION = {name: shell for shell, names in _DISTRIBUTIONS.items() for name in names.split()}
_BY_OFFICIAL_NAME = {name: shell for shell, names in _OFFICIAL.items() for name in names.split()}
# All images of these stand on one distribution.
_REGISTRIES = (
    (
        "bash",
        re.compile(
            r"registry\.(?:access\.|connect\.)?redhat\.(?:com|io)/|quay\.io/(?:centos|fedora|rockylinux)"
        ),
    ),
    ("bash", re.compile(r"(?:public\.ecr\.aws/(?:amazonlinux|lambda)|registry\.suse\.com|opensuse|suse)/")),
    ("bash", re.compile(r"registry\.fedoraproject\.org/")),
    ("busybox", re.compile(r"(?:docker\.io/)?alpine/")),
)
# Their Dockerfiles have no SHELL either.
_WITHOUT_SHELL = re.compile(r"(?:docker\.io/)?nvidia/cuda\Z|mcr\.microsoft\.com/dotnet/")
# Another shell is put in the place of sh.
_REPLACED = re.compile(r"\s/(?:usr/)?bin/sh\b|reconfigure[^\n;&|]*\bdash\b")


def posix_shell(stage: Stage) -> str | None:
    """Return what /bin/sh is in a stage: `bash`, `busybox` or `dash`; None where that is not known."""
    image = root_base(stage)
    if image is None or is_replaced(stage):
        return None
    return _shell_of(image.lower())


def has_busybox(stage: Stage) -> bool:
    """Tell whether the programs of a stage's image are BusyBox's, as in Alpine."""
    return _shell_of((root_base(stage) or "").lower()) == "busybox"


def may_set_shell(stage: Stage) -> bool:
    """Tell whether a stage's image may have a SHELL of its own: those of distributions have none."""
    reference = parse_image((root_base(stage) or "").lower())
    path = reference.path
    if path.rpartition("/")[2] in _BY_DISTRIBUTION or path.rpartition("library/")[2] in OFFICIAL_IMAGES:
        return False
    patterns = (_WITHOUT_SHELL, *(pattern for _, pattern in _REGISTRIES))
    return not any(pattern.match(reference.name) for pattern in patterns)


def is_replaced(stage: Stage) -> bool:
    """Tell whether a RUN may put another shell in the place of /bin/sh."""
    return any(
        _REPLACED.search(word.text)
        for one in stage.lineage()
        for instruction in one.instructions
        if instruction.name == "RUN"
        for word in instruction.words
        if "ln " in word.text or "dash" in word.text
    )


def _shell_of(image: str) -> str | None:
    reference = parse_image(image)
    path, tag = reference.path, reference.tag
    name = path.rpartition("/")[2]
    if name in _BY_DISTRIBUTION:
        return _BY_DISTRIBUTION[name]
    for shell, pattern in _REGISTRIES:
        if pattern.match(reference.name):
            return shell
    said = {shell for shell, pattern in _TAGS if pattern.search(f"{name}:{tag}")}
    if said:
        return said.pop() if len(said) == 1 else None
    # A tag that is put together, or a digest alone, may stand for any variant.
    if "$" in image or image.endswith(":") or (reference.digest and not tag):
        return None
    is_official = reference.name.endswith(f"library/{name}") or reference.registry == DOCKER_HUB
    return _BY_OFFICIAL_NAME.get(path.rpartition("library/")[2]) if is_official else None
