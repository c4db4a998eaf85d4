"""Debian's packages on this machine: what an engine and the making of images need of them."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from private_engine.command import find_program, run
from private_engine.errors import CommandError, DaemonError

if TYPE_CHECKING:
    from private_engine.places import Places

ENGINE_PACKAGES = {"dockerd": "docker.io", "iptables": "iptables"}
IMAGE_PACKAGES = {"debootstrap": "debootstrap"}

POLICY = Path("/usr/sbin/policy-rc.d")
POLICY_SAVED = Path("/usr/sbin/policy-rc.d.before-gendock")


def is_debian_or_ubuntu() -> bool:
    """Whether the machine has Debian's packages."""
    return find_program("apt-get") is not None and bool({"debian", "ubuntu"} & _system_names())


def _system_names() -> set[str]:
    try:
        text = Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return set()
    values = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    return {word for key in ("ID", "ID_LIKE") for word in values.get(key, "").strip('"').split()}


def missing_packages(*, for_images: bool) -> list[str]:
    """The packages that have to be installed before an engine can run here."""
    missing = [package for program, package in ENGINE_PACKAGES.items() if find_program(program) is None]
    return missing + (missing_image_packages() if for_images else [])


def missing_image_packages() -> list[str]:
    """The packages that have to be installed before images can be made here."""
    missing = [package for program, package in IMAGE_PACKAGES.items() if find_program(program) is None]
    if not Path("/etc/ssl/certs/ca-certificates.crt").exists():
        missing.append("ca-certificates")
    if not Path("/usr/share/keyrings/debian-archive-keyring.gpg").exists():
        missing.append("debian-archive-keyring")  # on Ubuntu
    return missing


def install(packages: list[str], places: Places) -> None:
    """Install packages without letting a service of theirs start.

    Raises:
        CommandError: apt cannot, even after an update of its lists.
    """
    if not packages:
        return
    log = places.logs / "apt.log"
    if not any(Path("/var/lib/apt/lists").glob("*Packages*")):
        _update(log)
    with _no_services():
        command = ["install", "--yes", "--no-install-recommends", *packages]
        what = f"Installing {', '.join(packages)}"
        try:
            _apt(command, what, places, log)
        except CommandError:
            # Lists that are old name versions which the mirror has no more.
            _update(log)
            _apt(command, what, places, log)
    if "docker.io" in packages and find_program("systemctl"):
        # Installed for the private engine: the next boot shall not start a system-wide one beside it.
        units = ["docker.service", "docker.socket", "containerd.service"]
        with suppress(CommandError):
            run(["systemctl", "disable", *units], what="systemctl", log=log)


def _update(log: Path) -> None:
    run(["apt-get", "update", "--quiet"], what="Reading the package lists (apt-get update)", log=log)


def _apt(arguments: list[str], what: str, places: Places, log: Path) -> str:
    (places.downloads / "partial").mkdir(parents=True, exist_ok=True)
    options = {
        "Dir::Cache::archives": str(places.downloads),
        "DPkg::Lock::Timeout": "120",
        # Else apt tells that its unprivileged user cannot read the folder.
        "APT::Sandbox::User": "root",
    }
    flags = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
    environment = {"DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_MODE": "l"}
    # Ended in the middle, dpkg would leave packages that only a person can mend.
    command = ["apt-get", "--quiet", *flags, *arguments]
    return run(command, what=what, environment=environment, log=log, to_its_end=True)


class _no_services:  # noqa: N801 - reads as what it does in a with statement
    """A policy that no package may start a service; what was there before comes back."""

    def __enter__(self) -> None:
        if POLICY.exists() and not POLICY_SAVED.exists():
            POLICY.rename(POLICY_SAVED)
        POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
        POLICY.chmod(0o755)

    def __exit__(self, *_: object) -> None:
        # A run that was killed left the saved one there: it is put back by the next run.
        POLICY.unlink(missing_ok=True)
        if POLICY_SAVED.exists():
            POLICY_SAVED.rename(POLICY)


def download_and_unpack(package: str, pattern: str, target: Path, places: Places) -> None:
    """Get a package and what it needs, checked by apt's signatures, and unpack it without installing it.

    Args:
        package: what apt is asked for.
        pattern: which of the downloaded files are unpacked; the rest are libraries that the machine has.
        target: where they are unpacked.
        places: where they are downloaded to.
    """
    log = places.logs / "apt.log"
    if not any(Path("/var/lib/apt/lists").glob("*Packages*")):
        _update(log)
    command = ["install", "--yes", "--no-install-recommends", "--download-only", package]
    _apt(command, f"Downloading {package}", places, log)
    for deb in places.downloads.glob(pattern):
        run(["dpkg-deb", "--extract", str(deb), str(target)], what=f"Unpacking {deb.name}", log=log)


def check_can_make() -> None:
    """Say why images cannot be made on this machine, if they cannot.

    Raises:
        DaemonError: not Debian or Ubuntu, or not root.
    """
    if not is_debian_or_ubuntu():
        raise DaemonError("making it here needs Debian or Ubuntu")
    if os.geteuid() != 0:
        raise DaemonError("making it here needs root")
