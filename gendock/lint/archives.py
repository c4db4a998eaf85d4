"""Archives by their names, and the commands that unpack them.

Source of what ADD unpacks: moby/buildkit, util/archutil and containerd's compression (gzip, bzip2, xz, zstd).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gendock.shell import Command

# Whatever a person would call an archive of tar's, or a compressed file.
_ARCHIVES = tuple(
    f".{ending}" for ending in "tar z bz2 gz lz lzma tz tb2 tbz tbz2 tgz tlz tpz txz xz zst tzst".split()
)
_UNPACKED_BY_ADD = re.compile(
    r".*\.(?:tar|(?:tar\.)?(?:gz|bz2|xz|zst)|tgz|tbz2?|tb2|txz|tzst)", re.IGNORECASE
)
# Compressed, and surely an archive of tar's inside.
_TAR_INSIDE = r"(?i).*\.(?:tar\.(?:gz|bz2|xz|zst)|tgz|tbz2?|tb2|txz|tzst)"
_UNCOMPRESS = frozenset({"gunzip", "bunzip2", "unxz", "unzstd", "zcat", "gzcat", "bzcat", "xzcat"})


def is_archive(path: str) -> bool:
    """Tell whether a file's name is one of an archive."""
    return path.lower().endswith(_ARCHIVES)


def is_unpacked_by_add(path: str) -> bool:
    """Tell whether a file's name is one of an archive that ADD unpacks."""
    return _UNPACKED_BY_ADD.fullmatch(path) is not None


def unpacks(call: Command, name: str) -> bool:
    """Tell whether a command unpacks an archive of this name, in whatever folder."""
    if not any(word.text.replace("\\", "/").rpartition("/")[2] == name for word in call.arguments):
        return False
    if call.program == "tar":
        return _extracts(call.texts)
    return call.program in _UNCOMPRESS and re.fullmatch(_TAR_INSIDE, name) is not None


def _extracts(texts: tuple[str, ...]) -> bool:
    if any(text in ("--extract", "--get") or re.fullmatch(r"-[A-Za-z]*x[A-Za-z]*", text) for text in texts):
        return True
    # `tar xzf`: the oldest way to write it.
    return bool(texts) and re.fullmatch(r"[A-Za-z]*x[A-Za-z]*", texts[0]) is not None
