"""The packages that an existing Dockerfile installs, as Debian calls them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.dockerfile import Run
from gendock.shell import read_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gendock.dockerfile import Stage
    from gendock.shell import Command

# What a Debian image or gendock brings, what only people use, and what Go's image has.
_COMMON = frozenset((
    "ca-certificates", "tzdata", "bash", "sh", "curl", "wget", "dumb-init", "tini", "su-exec", "gosu", "sudo",
    "vim", "nano", "less", "procps", "net-tools", "iputils-ping", "telnet", "libc6", "libc6-compat",
    "gcompat", "musl", "musl-dev", "busybox", "coreutils", "shadow", "file", "htop", "git", "make", "gcc",
    "g++", "build-essential", "build-base", "pkg-config", "pkgconf", "pkgconfig", "apt-utils",
    "apt-transport-https", "gnupg", "unzip", "tar", "gzip", "upx", "binutils", "libcap", "libcap2-bin",
    "software-properties-common", "locales", "nodejs", "npm", "yarn", "go", "golang", "openssl",
    "mailcap", "iptables", "jq", "xz-utils",
))  # fmt: skip
# Alpine's names of programs and libraries, and Debian's; what is not here cannot be known.
_OF_ALPINE = {
    "ffmpeg": "ffmpeg", "imagemagick": "imagemagick", "postgresql-client": "postgresql-client",
    "mysql-client": "default-mysql-client", "mariadb-client": "default-mysql-client", "sqlite": "sqlite3",
    "openssh-client": "openssh-client", "openssh": "openssh-client", "rsync": "rsync",
    "ghostscript": "ghostscript", "poppler-utils": "poppler-utils", "tesseract-ocr": "tesseract-ocr",
    "libreoffice": "libreoffice-nogui", "pandoc": "pandoc", "exiftool": "libimage-exiftool-perl",
    "graphviz": "graphviz", "chromium": "chromium", "rsvg-convert": "librsvg2-bin", "inkscape": "inkscape",
    "python3": "python3", "perl": "perl", "git-lfs": "git-lfs", "nmap": "nmap", "7zip": "7zip",
    "p7zip": "p7zip-full", "mpv": "mpv", "optipng": "optipng", "jpegoptim": "jpegoptim", "lame": "lame",
    "vips": "libvips42", "vips-dev": "libvips-dev", "sqlite-dev": "libsqlite3-dev",
    "zeromq-dev": "libzmq3-dev",
    "librdkafka-dev": "librdkafka-dev", "libpcap": "libpcap0.8", "libpcap-dev": "libpcap-dev",
    "opus-dev": "libopus-dev", "imagemagick-dev": "libmagickwand-dev", "libwebp-dev": "libwebp-dev",
}  # fmt: skip
_NAME = re.compile(r"[a-z0-9][a-z0-9+.-]+")
_FLAGS = re.compile(r"^\s*RUN\s+(?:--\S+\s+)*", re.IGNORECASE)


def taken_packages(*stages: Stage, for_build: bool = False) -> tuple[str, ...]:
    """The packages that stages install, without those that every image has.

    Args:
        *stages: the stages.
        for_build: only those that a compiler reads.
    """
    found = {name for stage in stages for layer in stage.lineage() for name in _installed(layer)}
    return tuple(sorted(name for name in found - _COMMON if not for_build or name.endswith("-dev")))


def _installed(stage: Stage) -> Iterator[str]:
    for run in stage.of(Run):
        text = _FLAGS.sub("", run.line.text) + "".join(f"\n{body.text}" for body in run.heredocs)
        for command in read_script(text).commands:
            yield from _of_command(command)


def _of_command(command: Command) -> Iterator[str]:
    words = [word.text for word in command.arguments if word.is_plain and not word.text.startswith("-")]
    if command.program in {"apt", "apt-get"} and words[:1] == ["install"]:
        for word in words[1:]:
            name = word.partition("=")[0].partition("/")[0].partition(":")[0]
            if _NAME.fullmatch(name):
                yield name
    elif command.program == "apk" and words[:1] == ["add"]:
        for word in words[1:]:
            known = _OF_ALPINE.get(re.split(r"[=<>~@]", word)[0])
            if known is not None:
                yield known
