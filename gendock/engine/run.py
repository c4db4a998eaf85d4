"""One run's identity: the labels and names by which all that it makes can be found again.

Containers and networks carry labels. An image carries the run in a tag (`orders:gendock-run-…`) and not in a
label: a label with the run's id would make every build a new image, even where nothing changed.
Both name the process that owns the run and the time when it is over at the latest, so that a later run can
tell what a killed one left behind.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import subprocess
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

LABEL = "dev.gendock"  # on every object: "1"
RUN_LABEL = "dev.gendock.run"  # the run's id, 12 hexadecimal digits
OWNER_LABEL = "dev.gendock.owner"  # `Owner`, as text
KEEP_LABEL = "dev.gendock.keep"  # "1": a person asked to keep it
_SLACK = 600  # seconds after a foreign run's deadline: clocks differ
_TAG = re.compile(r"gendock-run-(?P<run>[0-9a-f]{12})-(?P<owner>[0-9a-f]{8}-\d+-[0-9a-f]+-\d+)")


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that owns a run.

    Attributes:
        host: eight hexadecimal digits for the machine, its boot and its process namespace.
        pid: the process id there.
        started: when that process started, as an opaque hexadecimal number; a reused pid has another.
        until: seconds since the epoch at which the run is over even if nobody can ask for the process.
    """

    host: str
    pid: int
    started: str
    until: int

    def __str__(self) -> str:
        """Write it in characters that labels and tags allow."""
        return f"{self.host}-{self.pid}-{self.started}-{self.until}"

    @classmethod
    def parse(cls, text: str) -> Owner | None:
        """Read what `str` wrote; None for anything else."""
        found = re.fullmatch(r"([0-9a-f]{8})-(\d+)-([0-9a-f]+)-(\d+)", text)
        return cls(found[1], int(found[2]), found[3], int(found[4])) if found else None

    def is_over(self) -> bool:
        """Say whether the run has ended for certain."""
        if self.host == _host():
            return _started(self.pid) != self.started
        return time.time() > self.until + _SLACK


@dataclass(frozen=True, slots=True)
class Run:
    """One run of `build`, `smoke` or `check`."""

    id: str
    owner: Owner
    keep: bool = False

    @classmethod
    def begin(cls, *, seconds: float, keep: bool = False) -> Run:
        """Return a new run of this process that ends within `seconds`."""
        pid = os.getpid()
        owner = Owner(_host(), pid, _started(pid), int(time.time() + seconds))
        return cls(uuid.uuid4().hex[:12], owner, keep)

    @property
    def labels(self) -> dict[str, str]:
        """The labels of a container or network of this run."""
        labels = {LABEL: "1", RUN_LABEL: self.id, OWNER_LABEL: str(self.owner)}
        return labels | {KEEP_LABEL: "1"} if self.keep else labels

    @property
    def name(self) -> str:
        """The name of this run's network, and the beginning of its containers' names."""
        return f"gendock-{self.id}"

    @property
    def tag(self) -> str:
        """The tag that an image carries while this run works on it."""
        return f"gendock-run-{self.id}-{self.owner}"


def run_of_tag(reference: str) -> tuple[str, Owner] | None:
    """Return the run's id and owner that an image reference names; None where it names none."""
    found = _TAG.fullmatch(reference.rpartition(":")[2])
    owner = Owner.parse(found["owner"]) if found else None
    return (found["run"], owner) if found and owner else None


def _host() -> str:
    """Name this machine, boot and process namespace: within one, a pid and its start time name a process."""
    parts = [platform.node()]
    for read in (_boot_id, _pid_namespace):
        try:
            parts.append(read())
        except OSError:  # not Linux
            continue
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]


def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()


def _pid_namespace() -> str:
    return str(Path("/proc/self/ns/pid").readlink())


def _started(pid: int) -> str:
    """Return when a process started, as a hexadecimal number; "0" where there is no such process."""
    try:
        # Field 2, the command name, may hold spaces and parentheses: count from its end to field 22.
        after_name = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        return f"{int(after_name[19]):x}" if after_name[0] not in ("Z", "X") else "0"
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return "0"
    except OSError:
        return "0"
    # No /proc, as on macOS.
    shown = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, check=False)
    text = shown.stdout.strip()
    return hashlib.sha256(text).hexdigest()[:12] if text else "0"
