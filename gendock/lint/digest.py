"""Digests of what is kept from run to run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

try:
    # hashlib has the same, and loads OpenSSL, which takes longer than to lint a file.
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

if TYPE_CHECKING:
    from pathlib import Path

# Too much to look at each time; what the rules know of these is that they are there.
_NOT_ENTERED = frozenset((".git", ".hg", ".svn", ".bzr", "node_modules"))


def digest_of(content: bytes) -> str:
    """Return a digest of 32 characters."""
    return blake2b(content, digest_size=16).hexdigest()


def folder_state(folder: Path) -> bytes:
    """Return what changes whenever a file below a folder does; links are not followed."""
    rows: list[str] = []
    waiting = [os.path.abspath(folder)]  # noqa: PTH100 - links stay as they are
    own = os.environ.get("GENDOCK_CACHE_DIR")
    own = os.path.abspath(own) if own else None  # noqa: PTH100
    while waiting:
        here = waiting.pop()
        try:
            entries = list(os.scandir(here))
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                rows.append(entry.path)
                if entry.name not in _NOT_ENTERED and entry.path != own:
                    waiting.append(entry.path)
                continue
            try:
                seen = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            rows.append(
                f"{entry.path}\0{seen.st_size}\0{seen.st_mtime_ns}\0{seen.st_ctime_ns}\0{seen.st_ino}"
            )
    rows.sort()
    return "\n".join(rows).encode("utf-8", "surrogateescape")
