"""Where the private engine keeps its things."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from private_engine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER_VARIABLE = "GENDOCK_ENGINE_DIR"

# Outside of any checkout on purpose: several clones on one machine share one engine and its images.
DEFAULT_FOLDER = Path("/var/lib/gendock-engine")
DEFAULT_SOCKET = Path("/run/gendock-engine/docker.sock")

# The kernel takes 107 bytes and a zero for the path of a unix socket. The longest one below the folder
# is containerd's own, which is why the limit for the folder is stricter than its docker.sock suggests.
LONGEST_SOCKET_PATH = 107
LONGEST_SOCKET_BELOW = "exec/containerd/containerd-debug.sock"


@dataclass(frozen=True)
class Places:
    """All paths of one private engine, derived from its one folder."""

    folder: Path
    socket: Path

    @property
    def host(self) -> str:
        """The value for DOCKER_HOST."""
        return f"unix://{self.socket}"

    @property
    def is_default(self) -> bool:
        """Whether this is the engine that all clones on the machine share."""
        return self.folder == DEFAULT_FOLDER

    @property
    def data_root(self) -> Path:
        """Images, containers and volumes. Its path is also how the daemon's process is recognised."""
        return self.folder / "data"

    @property
    def exec_root(self) -> Path:
        """What the daemon needs only while it runs."""
        return self.folder / "exec"

    @property
    def pid_file(self) -> Path:
        """Written by the daemon itself."""
        return self.folder / "dockerd.pid"

    @property
    def settings(self) -> Path:
        """Settings of its own, such as mirrors; those of a system-wide daemon would clash with its flags."""
        return self.folder / "daemon.json"

    @property
    def daemon_log(self) -> Path:
        """What the daemon says."""
        return self.folder / "dockerd.log"

    @property
    def lock_file(self) -> Path:
        """Held by whoever starts, stops or makes something."""
        return self.folder / "lock"

    @property
    def logs(self) -> Path:
        """What apt, debootstrap and image builds said."""
        return self.folder / "logs"

    @property
    def downloads(self) -> Path:
        """Debian packages, kept so that making an image again downloads nothing."""
        return self.folder / "debs"

    @property
    def toolchains(self) -> Path:
        """Go toolchains that were fetched because the machine has none of that version."""
        return self.folder / "toolchains"

    @property
    def work(self) -> Path:
        """Half-made things; whatever is found here without the lock held is rubbish."""
        return self.folder / "work"

    @property
    def short_name(self) -> str:
        """A name for kernel objects (15 bytes at most), different for each folder."""
        if self.is_default:
            return "gendock0"
        return "gd" + hashlib.sha256(str(self.folder).encode()).hexdigest()[:8]


def places_from(environment: Mapping[str, str] | None = None) -> Places:
    """Read the folder from the environment, or take the default one.

    Raises:
        UsageError: the folder is not absolute, or sockets below it would have too long a path.
    """
    named = (os.environ if environment is None else environment).get(FOLDER_VARIABLE, "")
    if not named:
        return Places(DEFAULT_FOLDER, DEFAULT_SOCKET)
    folder = Path(os.path.normpath(named))
    if not folder.is_absolute():
        sentence = f"{FOLDER_VARIABLE} must be an absolute path, not {named!r}."
        raise UsageError(sentence)
    # dockerd compares and prints resolved paths, and so do /proc and the mount table.
    folder = folder.resolve()
    if folder == DEFAULT_FOLDER:
        return Places(DEFAULT_FOLDER, DEFAULT_SOCKET)
    excess = len(os.fsencode(folder / LONGEST_SOCKET_BELOW)) - LONGEST_SOCKET_PATH
    if excess > 0:
        sentence = (
            f"{FOLDER_VARIABLE} is {excess} bytes too long: the sockets below {folder} would pass the "
            f"{LONGEST_SOCKET_PATH} bytes that a unix socket's path may have; name a shorter folder."
        )
        raise UsageError(sentence)
    return Places(folder, folder / "docker.sock")
