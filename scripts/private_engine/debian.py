"""Debian's packages: what the engine needs on the machine, and the root file system of the base image."""

from __future__ import annotations

import os
import re
import shutil
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

from private_engine import processes
from private_engine.command import find_program, run
from private_engine.errors import CommandError, DaemonError, ImageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from private_engine.places import Places

RELEASE = "bookworm"
ENGINE_PACKAGES = {"dockerd": "docker.io", "iptables": "iptables"}
IMAGE_PACKAGES = {"debootstrap": "debootstrap"}

# What the official image leaves out of every package, and how its apt behaves.
SLIM = {
    "etc/dpkg/dpkg.cfg.d/docker": "force-unsafe-io\n"
    "path-exclude /usr/share/doc/*\npath-include /usr/share/doc/*/copyright\n"
    "path-exclude /usr/share/groff/*\npath-exclude /usr/share/info/*\npath-exclude /usr/share/linda/*\n"
    "path-exclude /usr/share/lintian/*\npath-exclude /usr/share/locale/*\npath-exclude /usr/share/man/*\n",
    "etc/apt/apt.conf.d/docker-autoremove-suggests": 'Apt::AutoRemove::SuggestsImportant "false";\n',
    "etc/apt/apt.conf.d/docker-clean": 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb'
    ' /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };\n'
    'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n',
    "etc/apt/apt.conf.d/docker-gzip-indexes": 'Acquire::GzipIndexes "true";\n',
    "etc/apt/apt.conf.d/docker-no-languages": 'Acquire::Languages "none";\n',
}
# How the machine reaches its mirror; inside of a build it must be the same.
CARRIED_OVER = (
    "Acquire::http::Proxy",
    "Acquire::https::Proxy",
    "Acquire::Check-Valid-Until",
    "Acquire::Check-Date",
)
POLICY = Path("/usr/sbin/policy-rc.d")
POLICY_SAVED = Path("/usr/sbin/policy-rc.d.before-gendock")
CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


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
    wanted = {**ENGINE_PACKAGES, **(IMAGE_PACKAGES if for_images else {})}
    missing = [package for program, package in wanted.items() if find_program(program) is None]
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
        try:
            run(["systemctl", "disable", *units], what="systemctl", log=log)
        except CommandError:
            pass


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
    return run(["apt-get", "--quiet", *flags, *arguments], what=what, environment=environment, log=log, to_its_end=True)


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


def make_root(root: Path, places: Places) -> None:
    """Make the root file system of `debian:bookworm-slim` from Debian's packages.

    Raises:
        ImageError: debootstrap cannot; its log is named.
    """
    places.downloads.mkdir(parents=True, exist_ok=True)
    mirrors = _mirrors()
    log = places.logs / "debootstrap.log"
    arguments = [
        "debootstrap",
        "--variant=minbase",
        f"--cache-dir={places.downloads}",
        # Debian's own archive keys, also on Ubuntu.
        "--keyring=/usr/share/keyrings/debian-archive-keyring.gpg",
        "--include=ca-certificates,tzdata,netbase",
        RELEASE,
        str(root),
        mirrors[RELEASE],
    ]
    try:
        run(arguments, what="Making debian:bookworm-slim", environment={"TMPDIR": None}, log=log)
    except CommandError as error:
        raise ImageError(str(error), error.detail) from error
    processes.unmount_below(root)
    _slim_down(root)
    _write_sources(root, mirrors)
    _trust_as_machine_does(root, log)


def _mirrors() -> dict[str, str]:
    """The machine's address for each part of Debian 12, or the usual one."""
    mirrors = {
        RELEASE: "http://debian.example/debian",
        f"{RELEASE}-updates": "http://debian.example/debian",
        f"{RELEASE}-security": "http://debian.example/debian-security",
    }
    form = "$(REPO_URI)|$(SUITE)|$(CODENAME)|$(ORIGIN)"
    try:
        listed = run(["apt-get", "indextargets", "--format", form, "Created-By: Packages"], what="apt-get")
    except CommandError:
        return mirrors
    for line in listed.splitlines():
        address, suite, codename, origin = (*line.split("|"), "", "", "")[:4]
        for name in (codename, suite):
            if origin == "Debian" and name in mirrors and address.startswith(("http:", "https:")):
                mirrors[name] = address.rstrip("/")
    return mirrors


def _slim_down(root: Path) -> None:
    """Remove what the official image has not, and what is this machine's own."""
    for name, text in SLIM.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
    policy.chmod(0o755)
    for folder in ("doc", "man", "locale", "info", "groff", "lintian", "linda"):
        for path in sorted((root / "usr/share" / folder).rglob("*"), reverse=True):
            if path.is_symlink() or (path.is_file() and path.name != "copyright"):
                path.unlink()
            elif path.is_dir() and not any(path.iterdir()):
                path.rmdir()
    for folder in ("var/cache/apt", "var/lib/apt/lists", "var/log", "var/cache/debconf", "tmp", "run"):
        for path in (root / folder).rglob("*"):
            if path.is_file() and not path.is_symlink():
                path.unlink()
    for name in ("etc/resolv.conf", "etc/hostname", "etc/machine-id", "var/cache/ldconfig/aux-cache"):
        (root / name).unlink(missing_ok=True)
    # The container runtime makes its own; the nodes of debootstrap would need rights to be unpacked.
    shutil.rmtree(root / "dev")
    (root / "dev").mkdir()


def _write_sources(root: Path, mirrors: dict[str, str]) -> None:
    (root / "etc/apt/sources.list").unlink(missing_ok=True)
    keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
    entries = [
        f"Types: deb\nURIs: {address}\nSuites: {suite}\nComponents: main\nSigned-By: {keyring}\n"
        for suite, address in mirrors.items()
    ]
    target = root / "etc/apt/sources.list.d/debian.sources"
    target.write_text("\n".join(entries), encoding="utf-8")
    dumped = run(["apt-config", "dump", *CARRIED_OVER], what="Reading the settings of apt")
    lines = [line for line in dumped.splitlines() if line.partition(" ")[0] in CARRIED_OVER]
    if lines:
        text = "\n".join(lines) + "\n"
        (root / "etc/apt/apt.conf.d/90machine").write_text(text, encoding="utf-8")


def _trust_as_machine_does(root: Path, log: Path) -> None:
    """Make the image trust the authorities that were added to this machine, as behind a company's proxy."""
    distributed = {
        found
        for tree in (Path("/usr/share/ca-certificates"), root / "usr/share/ca-certificates")
        for path in tree.rglob("*.crt")
        for found in _certificates(path)
    }
    bundles = {Path("/etc/ssl/certs/ca-certificates.crt"), Path(os.environ.get("SSL_CERT_FILE") or os.devnull)}
    added = sorted({found for path in bundles for found in _certificates(path)} - distributed)
    folder = root / "usr/local/share/ca-certificates"
    for number, certificate in enumerate(added, start=1):
        text = ssl.DER_cert_to_PEM_cert(certificate)
        (folder / f"machine-{number}.crt").write_text(text, encoding="ascii")
    if added:
        run(["chroot", str(root), "update-ca-certificates"], what="Adding certificates", log=log)


def _certificates(path: Path) -> Iterator[bytes]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for block in CERTIFICATE.findall(text):
        try:
            yield ssl.PEM_cert_to_DER_cert(block)
        except ValueError:
            continue


def check_can_make() -> None:
    """Say why images cannot be made on this machine, if they cannot.

    Raises:
        DaemonError: not Debian or Ubuntu, or not root.
    """
    if not is_debian_or_ubuntu():
        raise DaemonError("making it here needs Debian or Ubuntu")
    if os.geteuid() != 0:
        raise DaemonError("making it here needs root")
