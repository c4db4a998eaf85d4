"""The distroless images, put together from files of `debian:bookworm-slim`.

The real ones are made from the same Debian packages. Only files are picked out of one tar stream into
another, so this runs without root and never unpacks anything.
"""

from __future__ import annotations

import io
import re
import tarfile
from typing import IO, TYPE_CHECKING

from private_engine.command import pipe, run, started
from private_engine.errors import ImageError
from private_engine.importing import importing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from private_engine.engine_api import Engine

STATIC = "gcr.io/distroless/static-debian12:nonroot"
BASE = "gcr.io/distroless/base-debian12:nonroot"
NONROOT = 65532

CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"
FILES = {CERTIFICATES, "etc/protocols", "etc/services", "etc/rpc", "etc/ethertypes", "usr/lib/os-release"}
FOLDERS = ("usr/share/zoneinfo/",)
# libc6 and libssl3, which the base image adds to the static one. Names and not a pattern:
# a library more would let a program run here that the real image cannot run.
LIBC = [
    "libBrokenLocale.so.1",
    "libanl.so.1",
    "libc.so.6",
    "libc_malloc_debug.so.0",
    "libdl.so.2",
    "libm.so.6",
    "libmemusage.so",
    "libmvec.so.1",
    "libnsl.so.1",
    "libnss_compat.so.2",
    "libnss_dns.so.2",
    "libnss_files.so.2",
    "libnss_hesiod.so.2",
    "libpcprofile.so",
    "libpthread.so.0",
    "libresolv.so.2",
    "librt.so.1",
    "libthread_db.so.1",
    "libutil.so.1",
]
LIBSSL = ("libssl.so.3", "libcrypto.so.3")
LOADER = re.compile(r"ld-linux-[a-z0-9_-]+\.so\.\d")

TEXTS = {
    "etc/passwd": "root:x:0:0:root:/root:/sbin/nologin\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n"
    "nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n",
    "etc/group": "root:x:0:\nnobody:x:65534:\ntty:x:5:\nstaff:x:50:\nnonroot:x:65532:\n",
    "etc/nsswitch.conf": "passwd:         files\ngroup:          files\nshadow:         files\n"
    "gshadow:        files\n\nhosts:          files dns\nnetworks:       files\n\n"
    "protocols:      db files\nservices:       db files\nethers:         db files\n"
    "rpc:            db files\n\nnetgroup:       nis\n",
    "etc/host.conf": "multi on\n",
    "etc/debian_version": "12\n",
}
EMPTY_FOLDERS = {
    "bin": 0o755,
    "boot": 0o755,
    "dev": 0o755,
    "etc": 0o755,
    "home": 0o755,
    "home/nonroot": 0o700,
    "lib": 0o755,
    "proc": 0o755,
    "root": 0o700,
    "run": 0o755,
    "sbin": 0o755,
    "sys": 0o755,
    "tmp": 0o1777,
    "usr": 0o755,
    "usr/bin": 0o755,
    "usr/lib": 0o755,
    "usr/sbin": 0o755,
    "usr/share": 0o755,
    "var": 0o755,
    "var/lib": 0o755,
    "var/run": 0o755,
    "var/tmp": 0o1777,
}
SETTINGS = (
    f"USER {NONROOT}",
    "WORKDIR /home/nonroot",
    "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    f"ENV SSL_CERT_FILE=/{CERTIFICATES}",
)


def make(engine: Engine, client: str, name: str, source: str, label: str) -> None:
    """Make one of the two images out of an image that has Debian's files.

    Raises:
        ImageError: the source lacks what is needed, or the engine refused.
    """
    container = run(
        [client, "create", "--network=none", source, "nothing"],
        what=f"Reading {source}",
        environment=engine.environment,
    ).strip()
    try:
        with (
            started([client, "export", container], environment=engine.environment) as reading,
            importing(engine, client, name, [*SETTINGS, f"LABEL {label}"]) as sink,
        ):
            copied = _pick(pipe(reading.stdout), pipe(sink), with_libraries=name == BASE)
            if reading.wait() != 0:
                raise ImageError(f"{source} cannot be read.")
            # Without certificates every HTTPS call fails in a way that looks like the program's fault.
            if CERTIFICATES not in copied:
                sentence = f"{name} cannot be made: {source} has no ca-certificates."
                raise ImageError(sentence)
    finally:
        run([client, "rm", container], what="docker rm", environment=engine.environment, cleanup=True)


def _pick(source: IO[bytes], sink: IO[bytes], *, with_libraries: bool) -> set[str]:
    """Copy the wanted files from one tar stream to the other.

    Returns:
        The names of the files that were copied.
    """
    copied = set()
    with tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT) as target:
        for member in _made_up():
            target.addfile(member, io.BytesIO(TEXTS[member.name].encode()) if member.isfile() else None)
        with tarfile.open(fileobj=source, mode="r|") as files:
            for member in files:
                name = _name_in_image(member.name.removeprefix("./"), with_libraries=with_libraries)
                if name is None:
                    continue
                content = files.extractfile(member) if member.isreg() else None
                member.name = name
                if member.islnk():
                    member.linkname = _name_in_image(member.linkname, with_libraries=True) or member.linkname
                target.addfile(member, content)
                copied.add(name)
                if LOADER.fullmatch(name.rpartition("/")[2]) and "x86-64" in name:
                    target.addfile(_link("lib64/ld-linux-x86-64.so.2", f"/{name}"))
                elif LOADER.fullmatch(name.rpartition("/")[2]):
                    target.addfile(_link(f"lib/{name.rpartition('/')[2]}", f"/{name}"))
    # Whatever follows the end of the archive has to be taken, or the reader waits for ever.
    while source.read(1 << 16):
        pass
    return copied


def _name_in_image(name: str, *, with_libraries: bool) -> str | None:
    """Where a file of Debian lies in the image, or None if it has no place there."""
    if name in FILES or name.startswith(FOLDERS):
        return name
    folder, _, base = name.rpartition("/")
    if with_libraries and re.fullmatch(r"usr/lib/[a-z0-9_]+-linux-gnu[a-z0-9]*", folder):
        if base in LIBC or LOADER.fullmatch(base):
            # The images were made before libc6 moved: it is in /lib there, which is no link to /usr/lib.
            return name.removeprefix("usr/")
        if base in LIBSSL:
            return name
    return None


def _made_up() -> Iterator[tarfile.TarInfo]:
    """Folders, accounts and links that come from no file of Debian."""
    for name, mode in EMPTY_FOLDERS.items():
        folder = tarfile.TarInfo(name)
        folder.type, folder.mode = tarfile.DIRTYPE, mode
        if name == "home/nonroot":
            folder.uid = folder.gid = NONROOT
            folder.uname = folder.gname = "nonroot"
        yield folder
    for name, text in TEXTS.items():
        file = tarfile.TarInfo(name)
        file.mode, file.size = 0o644, len(text.encode())
        yield file
    yield _link("etc/os-release", "../usr/lib/os-release")


def _link(name: str, target: str) -> tarfile.TarInfo:
    link = tarfile.TarInfo(name)
    link.type, link.linkname, link.mode = tarfile.SYMTYPE, target, 0o777
    return link
