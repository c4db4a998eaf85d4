"""The root file system of `debian:bookworm-slim`, made with debootstrap from the machine's mirror."""

from __future__ import annotations

import os
import re
import shutil
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

from private_engine import processes
from private_engine.command import run
from private_engine.errors import CommandError, ImageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from private_engine.places import Places

RELEASE = "bookworm"
PARTS = (RELEASE, f"{RELEASE}-updates", f"{RELEASE}-security")
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
CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


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
        # Without an address debootstrap knows the usual one.
        *filter(None, [mirrors.get(RELEASE)]),
    ]
    try:
        run(arguments, what="Making debian:bookworm-slim", environment={"TMPDIR": None}, log=log)
    except CommandError as error:
        raise ImageError(str(error), error.detail) from error
    processes.unmount_below(root)
    _slim_down(root)
    _write_sources(root, _complete(mirrors, root))
    _trust_as_machine_does(root, log)


def _mirrors() -> dict[str, str]:
    """The addresses from which this machine has the parts of Debian 12, as far as it has them."""
    mirrors: dict[str, str] = {}
    form = "$(REPO_URI)|$(SUITE)|$(CODENAME)|$(ORIGIN)"
    try:
        listed = run(["apt-get", "indextargets", "--format", form, "Created-By: Packages"], what="apt-get")
    except CommandError:
        return mirrors
    for line in listed.splitlines():
        address, suite, codename, origin = (*line.split("|"), "", "", "")[:4]
        for name in (codename, suite):
            if origin == "Debian" and name in PARTS and address.startswith(("http:", "https:")):
                mirrors[name] = address.rstrip("/")
    return mirrors


def _complete(mirrors: dict[str, str], root: Path) -> dict[str, str]:
    """Add the parts that the machine does not have: they stand beside the one that debootstrap used."""
    listed = (root / "etc/apt/sources.list").read_text(encoding="utf-8").split()
    used = next(word for word in listed if word.startswith(("http:", "https:"))).rstrip("/")
    beside = [used, used, used.removesuffix("/debian") + "/debian-security"]
    return dict(zip(PARTS, beside, strict=True)) | mirrors


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
    named = os.environ.get("SSL_CERT_FILE") or os.devnull
    bundles = {Path("/etc/ssl/certs/ca-certificates.crt"), Path(named)}
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
