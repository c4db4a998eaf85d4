"""Images as files, made for tests: layers, archives of `docker save`, OCI layouts."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import struct
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

# A name, with bytes or the target of a link, and a mode; a folder's name ends with a slash.
Member = tuple[str, bytes | str, int]


def elf(machine: int = 62, interpreter: str = "") -> bytes:
    """Write the head of a 64-bit little-endian program."""
    name = interpreter.encode() + b"\0"
    table = struct.pack("<IIQQQQQQ", 3 if interpreter else 1, 4, 120, 0, 0, len(name), len(name), 1)
    head = b"\x7fELF\x02\x01\x01" + b"\0" * 9
    head += struct.pack("<HHIQQQIHHHHHH", 2, machine, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    return head + table + name


def tar(*members: Member, owner: int = 0) -> bytes:
    """Return an archive."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for name, content, mode in members:
            member = tarfile.TarInfo(name)
            member.mode, member.uid, member.gid = mode, owner, owner
            if isinstance(content, str):
                member.type, member.linkname = tarfile.SYMTYPE, content
                archive.addfile(member)
            elif name.endswith("/"):
                member.type = tarfile.DIRTYPE
                archive.addfile(member)
            else:
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return written.getvalue()


def configuration(
    config: Mapping[str, Any], layers: int, *, architecture: str = "amd64", made_by: Sequence[str] = ()
) -> bytes:
    """Return an image's configuration."""
    history = [{"created_by": text} for text in made_by] or [
        {"created_by": f"step {at}"} for at in range(layers)
    ]
    return json.dumps(
        {"os": "linux", "architecture": architecture, "config": dict(config), "history": history}
    ).encode()


def docker_archive(config: bytes, layers: Sequence[bytes], *, tags: Sequence[str] = ("orders:1",)) -> bytes:
    """Return what `docker save` writes before version 25."""
    name = f"{hashlib.sha256(config).hexdigest()}.json"
    names = [f"{at}/layer.tar" for at in range(len(layers))]
    manifest = json.dumps([{"Config": name, "RepoTags": list(tags), "Layers": names}]).encode()
    members = [(path, data, 0o644) for path, data in zip(names, layers, strict=True)]
    return tar(*members, (name, config, 0o644), ("manifest.json", manifest, 0o644))


def oci_layout(
    folder: Path, images: Mapping[str, tuple[bytes, Sequence[bytes]]], *, packed: bool = True
) -> Path:
    """Write an OCI layout with an image for each platform."""
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def add(data: bytes) -> dict[str, Any]:
        digest = hashlib.sha256(data).hexdigest()
        (blobs / digest).write_bytes(data)
        return {"digest": f"sha256:{digest}", "size": len(data)}

    manifests = []
    for platform, (config, layers) in images.items():
        manifest = {
            "schemaVersion": 2,
            "config": add(config),
            "layers": [add(gzip.compress(layer) if packed else layer) for layer in layers],
        }
        system, _, architecture = platform.partition("/")
        described = add(json.dumps(manifest).encode())
        manifests.append(described | {"platform": {"os": system, "architecture": architecture}})
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": manifests}))
    return folder
