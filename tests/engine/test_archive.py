"""Images that are files, as all who write them do, and as somebody who means harm might."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gendock.engine import layers as layers_module
from gendock.engine.archive import is_image, read_image, read_stream
from gendock.engine.deadline import Deadline
from gendock.engine.layers import UnreadableImageError, read_layer
from tests.engine.stored import configuration, docker_archive, elf, oci_layout, tar

LAYERS = [tar(("etc/passwd", b"app:x:7:7::/:\n", 0o644)), tar(("app", elf(), 0o755))]
CONFIG = configuration(
    {"Entrypoint": ["/app"], "User": "65532"}, 2, made_by=["FROM scratch", "COPY app /app"]
)


def pieces(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), 777):
        yield data[at : at + 777]


def test_what_docker_save_sends() -> None:
    image = read_stream(pieces(docker_archive(CONFIG, LAYERS)))
    assert image.name == "orders:1"
    assert image.facts.entrypoint == ("/app",)
    assert [sorted(layer.entries) for layer in image.layers] == [["/etc/passwd"], ["/app"]]
    assert [layer.made_by for layer in image.layers] == ["FROM scratch", "COPY app /app"]
    assert image.size == 14 + len(elf())


@pytest.mark.parametrize("pack", [lambda data: data, gzip.compress], ids=["plain", "gzip"])
def test_an_archive_as_a_file(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "image.tar"
    path.write_bytes(pack(docker_archive(CONFIG, LAYERS)))
    assert is_image(path)
    assert read_image(path).facts.user == "65532"


def test_layers_that_are_links_to_others() -> None:
    """Docker before 25 writes a layer that an image has twice as a link."""
    manifest = json.dumps([{"Config": "c.json", "RepoTags": None, "Layers": ["a/layer.tar", "b/layer.tar"]}])
    data = tar(
        ("a/layer.tar", LAYERS[1], 0o644),
        ("b/layer.tar", "../a/layer.tar", 0o777),
        ("c.json", CONFIG, 0o644),
        ("manifest.json", manifest.encode(), 0o644),
    )
    image = read_stream(pieces(data))
    assert [sorted(layer.entries) for layer in image.layers] == [["/app"], ["/app"]]


@pytest.mark.parametrize("packed", [True, False])
def test_an_oci_layout(tmp_path: Path, *, packed: bool) -> None:
    folder = oci_layout(tmp_path / "layout", {"linux/amd64": (CONFIG, LAYERS)}, packed=packed)
    assert is_image(folder)
    assert sorted(read_image(folder).layers[1].entries) == ["/app"]
    archive = tmp_path / "layout.tar"
    with tarfile.open(archive, "w") as written:
        written.add(folder, ".")
    assert sorted(read_image(archive).layers[1].entries) == ["/app"]


def test_one_of_several_platforms(tmp_path: Path) -> None:
    arm = configuration({}, 1, architecture="arm64")
    folder = oci_layout(tmp_path / "l", {"linux/riscv64": (CONFIG, LAYERS), "linux/arm64": (arm, LAYERS[1:])})
    assert read_image(folder, platform="linux/arm64").facts.architecture == "arm64"
    with pytest.raises(UnreadableImageError, match="Name it with --platform: linux/arm64, linux/riscv64"):
        read_image(folder, platform="linux/s390x")


def test_one_of_several_images(tmp_path: Path) -> None:
    manifest = [
        {"Config": "c.json", "RepoTags": ["orders:1"], "Layers": ["a.tar"]},
        {"Config": "c.json", "RepoTags": ["worker:latest"], "Layers": ["b.tar"]},
    ]
    path = tmp_path / "two.tar"
    path.write_bytes(
        tar(
            ("a.tar", LAYERS[0], 0o644),
            ("b.tar", LAYERS[1], 0o644),
            ("c.json", CONFIG, 0o644),
            ("manifest.json", json.dumps(manifest).encode(), 0o644),
        )
    )
    assert read_image(path, name="worker").name == "worker:latest"
    with pytest.raises(UnreadableImageError, match="Name it with --image: orders:1, worker:latest"):
        read_image(path)


def test_a_folder_is_no_image_and_neither_is_a_text(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("an image")
    assert not is_image(tmp_path)
    assert not is_image(tmp_path / "notes")
    assert not is_image(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\0" * 20, "cannot be read"),
        (tar(("notes", b"x", 0o644)), "neither manifest.json nor index.json"),
        (tar(("manifest.json", b"{", 0o644)), "manifest.json cannot be read"),
        (tar(("manifest.json", b"[" * 100_000, 0o644)), "manifest.json cannot be read"),
        (docker_archive(CONFIG, LAYERS)[:3000], "cannot be read"),
        (docker_archive(CONFIG, [b"\0" * 511 + b"x"]), "has no layer"),
        (docker_archive(b"[]", LAYERS), "cannot be read"),
    ],
)
def test_what_is_damaged(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableImageError, match=says):
        read_stream(pieces(data))


def test_a_layout_leads_nowhere_else(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(LAYERS[1])
    folder = oci_layout(tmp_path / "layout", {"linux/amd64": (CONFIG, LAYERS)}, packed=False)
    index = json.loads((folder / "index.json").read_text())
    digest = index["manifests"][0]["digest"]
    blob = folder / "blobs" / "sha256" / digest.removeprefix("sha256:")
    manifest = json.loads(blob.read_text())
    layer = folder / "blobs" / "sha256" / manifest["layers"][0]["digest"].removeprefix("sha256:")
    layer.unlink()
    layer.symlink_to(secret)
    with pytest.raises(UnreadableImageError, match="cannot be read"):
        read_image(folder)
    layer.unlink()
    os.mkfifo(layer)
    with pytest.raises(UnreadableImageError, match="is no file"):
        read_image(folder)
    manifest["layers"][0]["digest"] = "sha256:../../../secret"
    blob.write_text(json.dumps(manifest))
    with pytest.raises(UnreadableImageError, match="where a digest has to be"):
        read_image(folder)


def test_a_name_that_leaves_the_image_stays_inside() -> None:
    layer = read_layer(io.BytesIO(tar(("../../etc/shadow", b"x", 0o644))).read)
    assert list(layer.entries) == ["/etc/shadow"]


def test_a_header_has_a_bound() -> None:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.PAX_FORMAT) as archive:
        member = tarfile.TarInfo("x")
        member.pax_headers = {"comment": "y" * 3_000_000}
        archive.addfile(member)
    with pytest.raises(UnreadableImageError, match="a header of more than a megabyte"):
        read_layer(io.BytesIO(written.getvalue()).read)


def test_names_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers_module, "_MOST_NAMES", 3)
    with pytest.raises(UnreadableImageError, match="more than 3 names"):
        read_layer(io.BytesIO(tar(*((str(at), b"", 0o644) for at in range(4)))).read)


def test_what_unpacks_without_end_ends_with_the_deadline() -> None:
    """A gigabyte of zeros is a megabyte of gzip, and the header of one file promises a terabyte."""
    head = tarfile.TarInfo("zeros")
    head.size = 2**40
    zeros = b"\0" * 2**20
    begin = io.BytesIO(head.tobuf(tarfile.GNU_FORMAT))

    def endless(size: int) -> bytes:
        return begin.read(size) or zeros[:size]

    with pytest.raises(
        UnreadableImageError, match=r"reading the image took longer than 0\.2 s \(--timeout\)"
    ):
        read_layer(endless, Deadline.after(0.2))


def test_an_index_that_holds_itself() -> None:
    digest = "sha256:" + "0" * 64
    index = json.dumps({"manifests": [{"digest": digest}] * 500}).encode()
    data = tar(("index.json", index, 0o644), (f"blobs/sha256/{'0' * 64}", index, 0o644))
    with pytest.raises(UnreadableImageError, match="more than 1000 manifests"):
        read_stream(pieces(data))
