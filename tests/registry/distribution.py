"""Debian's docker-registry: got from the package archive, started, filled with small images, ended."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
_PACKAGE = "docker-registry"
_UP_WITHIN = 20.0
_DOWNLOADED_WITHIN = 300


class NoPackageError(Exception):
    """The package is not there, and cannot be had."""


def find_program(folder: Path) -> Path:
    """Return the installed registry, or one that is unpacked from its package into a folder.

    Raises:
        NoPackageError: neither is possible.
    """
    installed = shutil.which(_PACKAGE)
    if installed:
        return Path(installed)
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise NoPackageError(f"{_PACKAGE} is not installed, and there is no apt-get to bring it")
    # As root, apt would hand the download to a user who cannot write here.
    download = ["apt-get", "--quiet", "-o", "APT::Sandbox::User=root", "download", _PACKAGE]
    done = _run(download, folder)
    if done.returncode:
        _run(["apt-get", "--quiet", "update"], folder)
        done = _run(download, folder)
    found = next(folder.glob("*.deb"), None)
    if done.returncode or found is None:
        raise NoPackageError(
            f"{_PACKAGE} cannot be downloaded: {(done.stderr.strip() or 'no reason')[-200:]}"
        )
    done = _run(["dpkg-deb", "--extract", str(found), str(folder)], folder)
    if done.returncode:
        raise NoPackageError(f"{_PACKAGE} cannot be unpacked: {done.stderr.strip()[-200:]}")
    return folder / "usr" / "bin" / _PACKAGE


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, check=False, text=True, timeout=_DOWNLOADED_WITHIN
    )


def free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


@contextmanager
def serving(program: Path, folder: Path, settings: Mapping[str, Any] | None = None) -> Iterator[str]:
    """Run a registry that keeps its images in a folder; give its host.

    Args:
        program: docker-registry.
        folder: for its images and its configuration.
        settings: more of its configuration.
    """
    port = free_port()
    said = dict(settings or {})
    http = {"addr": f"127.0.0.1:{port}", **said.pop("http", {})}
    configuration = {
        "version": "0.1",
        "log": {"level": "warn"},
        "storage": {"filesystem": {"rootdirectory": str(folder / "images")}},
        "http": http,
        **said,
    }
    file = folder / f"{port}.yml"
    file.write_text(json.dumps(configuration))  # JSON is YAML
    with (folder / f"{port}.log").open("wb") as log:
        process = subprocess.Popen([program, "serve", file], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            _wait_for(port, process, folder / f"{port}.log")
            yield f"127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _UP_WITHIN
    while True:
        assert process.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.05)
        else:
            return


class Shelf:
    """Puts images into a registry that asks for no password."""

    def __init__(self, host: str) -> None:
        self.host = host

    def put_image(self, name: str, tag: str, content: str) -> str:
        """Make an image of one platform; its digest."""
        config = self._blob(name, json.dumps({"architecture": "amd64", "os": "linux", "c": content}).encode())
        layer = self._blob(name, content.encode())
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": "application/vnd.oci.image.config.v1+json", **config},
            "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", **layer}],
        }
        return self._manifest(name, tag, MANIFEST, manifest)[0]

    def put_index(self, name: str, tag: str, content: str, *, kind: str = INDEX) -> str:
        """Make an image of two platforms; its index's digest."""
        of_platforms = []
        for machine in ("amd64", "arm64"):
            digest = self.put_image(name, f"{tag}-{machine}", f"{content} {machine}")
            size = int(self._session("HEAD", f"{name}/manifests/{digest}").headers["Content-Length"])
            platform = {"architecture": machine, "os": "linux"}
            of_platforms.append({"mediaType": MANIFEST, "digest": digest, "size": size, "platform": platform})
        index = {"schemaVersion": 2, "mediaType": kind, "manifests": of_platforms}
        return self._manifest(name, tag, kind, index)[0]

    def _blob(self, name: str, content: bytes) -> dict[str, Any]:
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        where = self._session("POST", f"{name}/blobs/uploads/").headers["Location"]
        done = requests.put(where, params={"digest": digest}, data=content, timeout=10)
        assert done.status_code == 201, done.text
        return {"digest": digest, "size": len(content)}

    def _manifest(self, name: str, tag: str, kind: str, manifest: Mapping[str, Any]) -> tuple[str, int]:
        body = json.dumps(manifest).encode()
        done = self._session("PUT", f"{name}/manifests/{tag}", data=body, headers={"Content-Type": kind})
        assert done.status_code == 201, done.text
        return f"sha256:{hashlib.sha256(body).hexdigest()}", len(body)

    def _session(self, method: str, path: str, **more: Any) -> requests.Response:  # noqa: ANN401 - as requests has it
        headers = {"Accept": MANIFEST, **more.pop("headers", {})}
        return requests.request(method, f"http://{self.host}/v2/{path}", headers=headers, timeout=10, **more)
