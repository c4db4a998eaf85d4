"""What is known of a repository, kept from run to run: a repository that did not change is not read again.

Kept facts hold for the names of all files and folders and for the state of each file that was read (size,
times and inode), by the same gendock. One file in the cache's folder belongs to one folder and one question.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from gendock.errors import GendockError
from gendock.files import cache_folder, write_atomically
from gendock.golang.folder import Folder
from gendock.golang.origin import find_revision
from gendock.golang.project import read_listed
from gendock.version import VERSION

if TYPE_CHECKING:
    from gendock.golang.facts import GoProject

_MOST_KEPT = 60
# A file that was written just before it was looked at may be written again within the same tick of the clock.
_TICK = 2_000_000_000

# Size, time of the last change of the content and of anything, inode.
_State: TypeAlias = tuple[int, int, int, int]


def kept_project(path: Path, *, named: str | None = None) -> GoProject:
    """Read a Go repository, or recall what is known of it.

    Args:
        path: the folder that a Dockerfile would stand in.
        named: the name or the package of a program that is meant, even if it stands among examples or tools.

    Raises:
        GendockError: there is no such folder.
        RefusedError: there is no module, the module cannot be read, or it has no program.
    """
    folder = Folder(path)
    listing = folder.listing()
    names = _digest("\0".join((*listing.files, "", *listing.folders)))
    place = cache_folder() / "projects" / _digest(f"{folder.root}\0{named or ''}")[:32]
    known = _recalled(place, names, folder)
    if known is None:
        known = read_listed(folder, listing, named=named)
        _keep(place, names, folder, known)
    # Each commit changes the revision, and nothing else that is known.
    revision = find_revision(folder)
    return replace(known, files=listing.files, folders=listing.folders, revision=revision)


def _recalled(place: Path, names: str, folder: Folder) -> GoProject | None:
    """The kept facts, if they still hold; a broken or foreign file holds nothing."""
    import msgspec

    from gendock.golang.facts import GoProject

    try:
        content = place.read_bytes()
        made_by, listed, states, raw = msgspec.msgpack.decode(
            content, type=tuple[str, str, dict[str, _State | None], msgspec.Raw]
        )
        if (
            made_by != _made_by()
            or listed != names
            or any(_state(folder, path) != state for path, state in states.items())
        ):
            return None
        return msgspec.msgpack.decode(raw, type=GoProject)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def _keep(place: Path, names: str, folder: Folder, project: GoProject) -> None:
    """Keep facts; a folder that cannot be written is no mistake: the next run reads the repository again."""
    import msgspec

    lasting = (path for path in folder.opened if not path.startswith(".git/") or path == ".git/config")
    states = {path: _state(folder, path) for path in lasting}
    settled = time.time_ns() - _TICK
    if any(max(state[1:3]) > settled for state in states.values() if state is not None):
        return
    raw = msgspec.Raw(msgspec.msgpack.encode(replace(project, files=(), folders=())))
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(place, msgspec.msgpack.encode((_made_by(), names, states, raw)))
        kept = sorted(place.parent.iterdir(), key=lambda one: one.stat().st_mtime_ns)
        for oldest in kept[:-_MOST_KEPT]:
            oldest.unlink()
    except (OSError, GendockError):
        return


def _state(folder: Folder, path: str) -> _State | None:
    try:
        seen = os.stat(f"{folder.root}/{path}")  # noqa: PTH116 - of thousands of files, and quicker
    except (OSError, ValueError):
        return None
    return seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _made_by() -> str:
    """Name the gendock that read the repository; in a checkout, the newest of the files that do so, too."""
    newest = max(entry.stat().st_mtime_ns for entry in os.scandir(Path(__file__).parent) if entry.is_file())
    return f"{VERSION} {newest}"
