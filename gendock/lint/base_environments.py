"""Which variables well-known base images set, as far as that is the same in all of their tags.

Sources: the Dockerfiles of Docker's official images and of distroless.
"""

from __future__ import annotations

from gendock.lint.images import parse_image

_PATH = frozenset({"PATH"})
_PYTHON = frozenset(
    """
    PATH LANG GPG_KEY PYTHON_VERSION PYTHON_SHA256 PYTHON_PIP_VERSION PYTHON_SETUPTOOLS_VERSION
    PYTHON_GET_PIP_URL PYTHON_GET_PIP_SHA256
""".split()
)
_SET = {
    "alpine": _PATH,
    "busybox": _PATH,
    "debian": _PATH,
    "ubuntu": _PATH,
    "golang": _PATH | {"GOLANG_VERSION", "GOPATH", "GOTOOLCHAIN", "GOROOT_BOOTSTRAP_VERSION"},
    "node": _PATH | {"NODE_VERSION", "YARN_VERSION", "NPM_CONFIG_LOGLEVEL"},
    "python": _PYTHON,
    "gcr.io/distroless/static": _PATH | {"SSL_CERT_FILE"},
    "gcr.io/distroless/static-debian12": _PATH | {"SSL_CERT_FILE"},
    "gcr.io/distroless/base-debian12": _PATH | {"SSL_CERT_FILE"},
}


def variables_of(base: str) -> frozenset[str] | None:
    """Return the variables that an image may set; None where anything may be."""
    image = parse_image(base)
    return _SET.get(image.official or image.name)
