"""Images that are files: what `docker save` writes, and OCI layouts, as folders or archives.

The formats: https://github.com/moby/docker-image-spec and https://github.com/opencontainers/image-spec.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from gendock.engine.deadline import Deadline
from gendock.engine.image_facts import ImageFacts
from gendock.engine.image_files import GZIP, ZSTD, ArchiveFiles, FolderFiles, plain, read_archive, unpacked
from gendock.engine.layers import Layer, UnreadableImageError

_DIGEST = re.compile(r"(sha256|sha512):([0-9a-f]{64,128})", re.ASCII)
_ATTESTATION = "attestation-manifest"
_NESTED = 3  # indexes in indexes
_MOST_MANIFESTS = 1000
_T = TypeVar("_T")


class Platform(msgspec.Struct, frozen=True):
    """What an image of an index is for."""

    os: str = ""
    architecture: str = ""
    variant: str = ""

    def __str__(self) -> str:
        """Write it as `--platform` takes it."""
        return "/".join(filter(None, (self.os, self.architecture, self.variant)))


class _Descriptor(msgspec.Struct, rename="camel", frozen=True):
    digest: str
    media_type: str = ""
    annotations: dict[str, str] | None = None
    platform: Platform | None = None


class _Index(msgspec.Struct, frozen=True):
    manifests: list[_Descriptor]


class _Manifest(msgspec.Struct, frozen=True):
    config: _Descriptor
    layers: list[_Descriptor]


class _Saved(msgspec.Struct, rename="pascal", frozen=True):
    config: str
    layers: list[str]
    repo_tags: list[str] | None = None


class _Step(msgspec.Struct, frozen=True):
    created_by: str | None = None
    empty_layer: bool = False


class _Image(msgspec.Struct, frozen=True):
    os: str = ""
    architecture: str = ""
    config: dict[str, Any] | None = None
    history: list[_Step] | None = None


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An image, read.

    Attributes:
        name: the tag that it is stored under, empty for none.
        id: of its configuration, `sha256:…`.
        facts: what it says of itself.
        layers: the lowest first.
    """

    name: str
    id: str
    facts: ImageFacts
    layers: tuple[Layer, ...]

    @property
    def size(self) -> int:
        """Bytes of all files of all layers."""
        return sum(layer.size for layer in self.layers)


def is_image(path: Path) -> bool:
    """Say whether a path is an image of its own: an OCI layout, or an archive."""
    try:
        if path.is_dir():
            return (path / "oci-layout").is_file()
        with path.open("rb") as file:
            head = file.read(512)
    except OSError:
        return False
    return head.startswith((GZIP, ZSTD)) or head[257:262] == b"ustar"


def read_image(
    path: Path, *, name: str = "", platform: str = "", deadline: Deadline | None = None
) -> StoredImage:
    """Read an image from a file or a folder.

    Args:
        path: an archive of `docker save`, an OCI layout, or an archive of one.
        name: which of several images; empty for the only one.
        platform: which of several platforms, `linux/arm64`; empty for the only one, or this machine's.
        deadline: until when it has to be read.

    Raises:
        UnreadableImageError: there is no such image in it, or it is damaged.
    """
    try:
        if path.is_dir():
            return _Shelf(FolderFiles(path, deadline), name, platform).image()
        with path.open("rb") as file:
            shelf = read_archive(unpacked(file.read, file.peek(4)[:4]), deadline)
    except OSError as error:
        raise UnreadableImageError(f"{path} cannot be read: {error.strerror or error}") from error
    return _Shelf(shelf, name, platform).image()


def read_stream(chunks: Iterable[bytes], *, deadline: Deadline | None = None) -> StoredImage:
    """Read the one image of what `docker save` sends.

    Raises:
        UnreadableImageError: it is damaged.
    """
    pieces = iter(chunks)
    rest = b""

    def read(size: int) -> bytes:
        nonlocal rest
        piece = rest or next(pieces, b"")
        rest = piece[size:]
        return piece[:size]

    return _Shelf(read_archive(read, deadline), "", "").image()


class _Shelf:
    """What holds images, and which of them is meant."""

    def __init__(self, files: ArchiveFiles | FolderFiles, name: str, platform: str) -> None:
        self._files = files
        self._name = name
        self._platform = platform
        self._seen = 0

    def image(self) -> StoredImage:
        """Return the image.

        Raises:
            UnreadableImageError: there is none, several, or a damaged one.
        """
        index = self._files.text("index.json")
        saved = self._files.text("manifest.json")
        # Today's `docker save` writes both: its manifest.json knows tags, and the layers by the same names.
        if saved is not None:
            return self._saved(_decoded(saved, list[_Saved], "manifest.json"))
        if index is not None:
            return self._laid_out(_decoded(index, _Index, "index.json"))
        raise UnreadableImageError("it holds no image: neither manifest.json nor index.json is in it")

    def _saved(self, images: list[_Saved]) -> StoredImage:
        names = {tag: image for image in images for tag in image.repo_tags or ()}
        if self._name:
            chosen = names.get(self._name) or names.get(f"{self._name}:latest")
        else:
            chosen = images[0] if len(images) == 1 else None
        if chosen is None:
            raise UnreadableImageError(_which("images", names, "--image"))
        tag = next((tag for tag, image in names.items() if image is chosen), "")
        name = chosen.config.rpartition("/")[2].removesuffix(".json")
        return self._made(tag, f"sha256:{name}", chosen.config, chosen.layers)

    def _laid_out(self, index: _Index) -> StoredImage:
        chosen = index.manifests
        named = {(one.annotations or {}).get("org.opencontainers.image.ref.name", ""): one for one in chosen}
        if self._name:
            chosen = [named[self._name]] if self._name in named else []
            if not chosen:
                raise UnreadableImageError(_which("images", named, "--image"))
        manifest = self._of_platform(chosen, _NESTED)
        tag = next((tag for tag, one in named.items() if one.digest == manifest.digest), "")
        digest = _blob(manifest.digest)
        text = self._files.text(digest)
        if text is None:
            raise UnreadableImageError(f"the image has no {digest}")
        found = _decoded(text, _Manifest, digest)
        layers = [_blob(layer.digest) for layer in found.layers]
        return self._made(tag, found.config.digest, _blob(found.config.digest), layers)

    def _of_platform(self, descriptors: list[_Descriptor], left: int) -> _Descriptor:
        flat: list[_Descriptor] = []
        self._flatten(descriptors, flat, left)
        known = {str(one.platform): one for one in flat if one.platform}
        if self._platform:
            fits = [one for name, one in known.items() if name.startswith(self._platform)]
        else:
            fits = (
                flat if len(flat) == 1 else [one for name, one in known.items() if name.startswith(_here())]
            )
        if not fits:
            raise UnreadableImageError(_which("platforms", known, "--platform"))
        return fits[0]

    def _flatten(self, descriptors: list[_Descriptor], flat: list[_Descriptor], left: int) -> None:
        for one in descriptors:
            self._seen += 1
            if self._seen > _MOST_MANIFESTS:
                raise UnreadableImageError(f"the image has more than {_MOST_MANIFESTS} manifests")
            if (one.annotations or {}).get("vnd.docker.reference.type") == _ATTESTATION:
                continue
            text = self._files.text(_blob(one.digest)) if left else None
            if text is not None and b'"manifests"' in text and b'"layers"' not in text:
                self._flatten(_decoded(text, _Index, one.digest).manifests, flat, left - 1)
            else:
                flat.append(one)

    def _made(self, tag: str, id_: str, config_name: str, layer_names: list[str]) -> StoredImage:
        text = self._files.text(plain(config_name))
        if text is None:
            raise UnreadableImageError(f"the image has no {config_name}")
        image = _decoded(text, _Image, config_name)
        history = image.history or []
        made_by = [step.created_by or "" for step in history if not step.empty_layer]
        layers = [self._files.layer(plain(name)) for name in layer_names]
        if len(made_by) != len(layers):  # the history is only told, not needed
            made_by = [""] * len(layers)
        facts = ImageFacts.of(
            image.config,
            operating_system=image.os,
            architecture=image.architecture,
            history=tuple(step.created_by or "" for step in history),
        )
        named = tuple(replace(layer, made_by=text) for layer, text in zip(layers, made_by, strict=True))
        return StoredImage(tag, id_, facts, named)


def _decoded(text: bytes, of: type[_T], name: str) -> _T:
    try:
        return msgspec.json.decode(text, type=of)
    except (msgspec.DecodeError, RecursionError) as error:
        raise UnreadableImageError(f"the image's {name} cannot be read: {error}") from error


def _blob(digest: str) -> str:
    """Return where a layout keeps a digest's bytes.

    Raises:
        UnreadableImageError: it is no digest; it could be a path to anywhere.
    """
    found = _DIGEST.fullmatch(digest)
    if not found:
        raise UnreadableImageError(f"the image names {digest[:80]!r} where a digest has to be")
    return f"blobs/{found[1]}/{found[2]}"


def _which(what: str, names: Mapping[str, object], option: str) -> str:
    there = ", ".join(sorted(filter(None, names))) or "none with a name"
    return f"which of its {what} is meant? Name it with {option}: {there}"


def _here() -> str:
    import platform

    machine = platform.machine().lower()
    return "linux/" + {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)
