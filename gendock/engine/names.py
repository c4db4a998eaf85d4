"""The names that images get."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from pathlib import Path

from gendock.errors import GendockError


def default_tag(context: Path, dockerfile: Path, target: str | None) -> str:
    """Return `orders:gendock-3f9a`: the module's or folder's name, and where the image comes from.

    The same folder, Dockerfile and target give the same tag, so that a project has one image and not one for
    every build; another checkout of the same module has another.
    """
    origin = "\0".join((str(context.resolve()), str(dockerfile.resolve()), target or ""))
    return f"{_project_name(context)}:gendock-{hashlib.sha256(origin.encode()).hexdigest()[:4]}"


def complete_tag(tag: str) -> str:
    """Return `tag` with `:latest` where it names none.

    Raises:
        GendockError: it cannot be an image's name.
    """
    full = tag if ":" in tag.rpartition("/")[2] else f"{tag}:latest"
    part = r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*"
    if not re.fullmatch(rf"(?:[\w.-]+(?::\d+)?/)?{part}(?:/{part})*:\w[\w.-]{{0,127}}", full, re.ASCII):
        raise GendockError(
            f"{tag!r} is no image name. One looks like orders:1.4 or example.com/team/orders:1.4"
        )
    return full


def _project_name(context: Path) -> str:
    name, module = context.resolve().name, context / "go.mod"
    with suppress(OSError, UnicodeDecodeError):
        text = module.read_text("utf-8") if module.is_file() else ""  # a pipe would never end
        found = re.search(r'^module\s+"?([^\s"]+)', text, re.MULTILINE)
        if found:
            parts = found[1].split("/")
            name = parts[-2] if len(parts) > 1 and re.fullmatch(r"v\d+", parts[-1]) else parts[-1]
    name = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return name or "image"
