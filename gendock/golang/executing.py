"""Programs that a program starts: an image without a shell has none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendock.golang.needs import Executed
from gendock.golang.syntax import arguments, callee, string_value, text_of

if TYPE_CHECKING:
    from gendock.golang.sources import Sources

# Programs that servers start, and the Debian packages that hold them; a shell is in every Debian image. No
# interpreters: they do nothing without scripts and packages that nothing here shows.
PACKAGES = {
    "sh": "", "bash": "", "/bin/sh": "", "/bin/bash": "",
    "git": "git", "ffmpeg": "ffmpeg", "ffprobe": "ffmpeg", "convert": "imagemagick", "magick": "imagemagick",
    "identify": "imagemagick", "pg_dump": "postgresql-client", "psql": "postgresql-client",
    "pg_restore": "postgresql-client", "mysqldump": "default-mysql-client", "sqlite3": "sqlite3",
    "ssh": "openssh-client", "ssh-keygen": "openssh-client", "ssh-keyscan": "openssh-client",
    "rsync": "rsync", "gs": "ghostscript", "pdftotext": "poppler-utils", "pdftoppm": "poppler-utils",
    "tesseract": "tesseract-ocr", "libreoffice": "libreoffice-nogui", "soffice": "libreoffice-nogui",
    "pandoc": "pandoc", "exiftool": "libimage-exiftool-perl", "gpg": "gnupg", "openssl": "openssl",
    "curl": "curl", "wget": "wget", "unzip": "unzip", "zip": "zip", "7z": "7zip", "dot": "graphviz",
    "inkscape": "inkscape", "rsvg-convert": "librsvg2-bin", "dig": "bind9-dnsutils", "nmap": "nmap",
    "traceroute": "traceroute", "mtr": "mtr-tiny", "whois": "whois", "ip": "iproute2", "ping": "iputils-ping",
    "iptables": "iptables", "chromium": "chromium",
}  # fmt: skip
_CALLS = {"Command": 0, "CommandContext": 1, "LookPath": 0}


def find_executed(sources: Sources) -> tuple[Executed, ...]:
    """Find the programs that a program starts by a name that is written in its source."""
    found: dict[str, Executed] = {}
    for syntax in sources.calling(*_CALLS):
        for call in syntax.calls:
            operand, name = callee(call)
            given = arguments(call)
            position = _CALLS.get(name)
            if position is None or operand is None or len(given) <= position:
                continue
            if syntax.import_names.get(text_of(operand)) not in {"os/exec", "golang.org/x/sys/execabs"}:
                continue
            written = string_value(given[position])
            if written in PACKAGES and not sources.is_unused(call, syntax):
                found.setdefault(written, Executed(written, PACKAGES[written], syntax.evidence(call)))
    return tuple(found.values())
