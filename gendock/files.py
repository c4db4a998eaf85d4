"""Files: written so that nothing is ever half-written, looked for where looking may be forbidden."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from gendock.errors import GendockError


def write_atomically(path: Path, content: bytes) -> None:
    """Put `content` into a file, wholly or not at all.

    A file that is replaced keeps its mode and, where the system allows, its owner and group; a new one gets
    the usual mode. A symbolic link is followed, so that the link stays one.

    Raises:
        GendockError: the folder or the file cannot be written.
    """
    target = path.resolve()
    try:
        temporary = written_beside(target, content)
        try:
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise GendockError(f"cannot write {path}: {error.strerror}") from None


def written_beside(target: Path, content: bytes) -> Path:
    """Write a temporary file that can take the place of `target` in one step, and return it.

    It has the mode of the file that it will replace and, where the system allows, its owner and group; or the
    usual mode, where there is none.

    Raises:
        OSError: the folder cannot be written; nothing is left in it.
    """
    from tempfile import mkstemp

    known = target.stat() if target.exists() else None
    handle, name = mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if known:
            _give_to(temporary, known)
        temporary.chmod(stat.S_IMODE(known.st_mode) if known else 0o666 & ~_umask())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _give_to(path: Path, known: os.stat_result) -> None:
    """Give a file the group and the owner of another, as far as this user may: its owner may give a group."""
    for owner, group in ((-1, known.st_gid), (known.st_uid, -1)):
        with suppress(OSError):
            os.chown(path, owner, group)


def home() -> Path:
    """Return the home folder; one that is nowhere for a user who has none, as in `docker run --user 1234`."""
    try:
        return Path.home()
    except RuntimeError:
        return Path("/nonexistent")


def read_bytes(path: Path) -> bytes:
    """Read a file.

    Raises:
        GendockError: it cannot be read.
    """
    try:
        with path.open("rb", buffering=0) as file:
            return file.readall()
    except OSError as error:
        raise GendockError(f"cannot read {path}: {error.strerror}") from None


def cache_folder() -> Path:
    """Return the folder for what gendock keeps: GENDOCK_CACHE_DIR, or below XDG_CACHE_HOME or ~/.cache."""
    named = os.environ.get("GENDOCK_CACHE_DIR")
    if named:
        return Path(named)
    configured = os.environ.get("XDG_CACHE_HOME")
    return (Path(configured) if configured else home() / ".cache") / "gendock"


def is_file(path: Path) -> bool:
    """Whether a path is a file that this user may see: no folder above it is a mistake."""
    try:
        return path.is_file()
    except OSError:
        return False


def _umask() -> int:
    # There is no way to read the umask without setting it.
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
