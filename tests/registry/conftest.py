"""A real registry for all tests of this folder; they are skipped, with the reason, where none can be had."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.registry.distribution import NoPackageError, Shelf, find_program, serving


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Debian's docker-registry."""
    try:
        return find_program(tmp_path_factory.mktemp("package"))
    except NoPackageError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def shelf(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """A registry that anybody may read and write."""
    with serving(program, tmp_path_factory.mktemp("registry")) as host:
        yield Shelf(host)


@pytest.fixture(autouse=True)
def docker_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration of docker's that is nobody's, and no proxy."""
    folder = tmp_path / "docker"
    folder.mkdir()
    monkeypatch.setenv("DOCKER_CONFIG", str(folder))
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "REQUESTS_CA_BUNDLE",
        "SSL_CERT_FILE",
        "CURL_CA_BUNDLE",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return folder
