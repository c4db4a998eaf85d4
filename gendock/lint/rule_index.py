"""What the rules are, kept from run to run: a start then imports only those that may find something.

As with Python's own compiled files, the first run pays, and any change of a rule's file, or of one beside
this, makes it anew. Without a folder to keep it in, every run imports all rules.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from gendock.errors import GendockError
from gendock.files import cache_folder, write_atomically
from gendock.lint.digest import digest_of
from gendock.lint.rule import Rule
from gendock.version import VERSION


class _Contents(msgspec.Struct, array_like=True):
    made_of: str
    rules: tuple[Rule, ...]


class RuleIndex:
    """The rules of one installation; a broken or foreign file counts as none."""

    def __init__(self, rules: Path) -> None:
        """Take the folder of the rule modules."""
        self._path = cache_folder() / f"rules-{digest_of(os.fsencode(rules))}"
        self._made_of = _state(rules, Path(__file__).parent)

    def read(self) -> tuple[Rule, ...] | None:
        """Return the rules; None where they are not known as they are now."""
        try:
            contents = msgspec.msgpack.decode(self._path.read_bytes(), type=_Contents)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return None
        return contents.rules if contents.made_of == self._made_of else None

    def write(self, rules: tuple[Rule, ...]) -> None:
        """Keep the rules; a folder that cannot be written is no mistake."""
        content = msgspec.msgpack.encode(_Contents(self._made_of, rules))
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, content)
        except (OSError, GendockError):
            return


def _state(*folders: Path) -> str:
    """Return a digest of the names, sizes and times of the modules in some folders, and of the version."""
    rows: list[str] = []
    for folder in folders:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    seen = entry.stat()
                    rows.append(f"{entry.path}\0{seen.st_size}\0{seen.st_mtime_ns}\0{seen.st_ctime_ns}")
    return digest_of("\n".join([VERSION, *sorted(rows)]).encode("utf-8", "surrogateescape"))
