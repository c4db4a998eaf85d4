"""What ShellCheck said of a text, kept from run to run: a script that did not change is not checked again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from gendock.errors import GendockError
from gendock.files import write_atomically

_FORMAT = 1
_MOST_ENTRIES = 20_000


class Replacement(msgspec.Struct, frozen=True, rename="camel"):
    """One of the edits that ShellCheck proposes together."""

    line: int
    column: int
    end_line: int
    end_column: int
    replacement: str


class Proposal(msgspec.Struct, frozen=True):
    """Edits that belong together."""

    replacements: tuple[Replacement, ...]


class Remark(msgspec.Struct, frozen=True, rename="camel"):
    """One remark, as ShellCheck's `json1` format gives it; columns count characters from 1."""

    line: int
    column: int
    end_line: int
    end_column: int
    level: str
    code: int
    message: str
    fix: Proposal | None = None


class _Contents(msgspec.Struct, array_like=True):
    made_by: str
    entries: dict[str, msgspec.Raw]


class Answers:
    """The answers of one user's runs, by the key of the question; without a path, those of this run alone."""

    def __init__(self, path: Path | None, made_by: str) -> None:
        """Take the file and the ShellCheck that answers; the file is read when it is first asked for."""
        self._path = path
        self._made_by = f"{_FORMAT} {made_by}"
        self._earlier: dict[str, msgspec.Raw] | None = None
        self._used: dict[str, tuple[Remark, ...]] = {}
        self._new: dict[str, tuple[Remark, ...]] = {}
        self._changed = False

    def get(self, key: str) -> tuple[Remark, ...] | None:
        """Return what was said of a text; None where that is not known."""
        known = self._used.get(key)
        if known is None and (stored := self._stored().get(key)) is not None:
            known = msgspec.msgpack.decode(stored, type=tuple[Remark, ...])
            self._used[key] = known
        return known

    def put(self, key: str, remarks: Iterable[Remark]) -> None:
        """Keep what was said of a text."""
        self._used[key] = self._new[key] = tuple(remarks)
        self._changed = True

    def take_new(self) -> dict[str, tuple[Remark, ...]]:
        """Return what was put since this was last asked."""
        new, self._new = self._new, {}
        return new

    def save(self) -> None:
        """Write what is new and what was used, without the oldest beyond a bound.

        A folder that cannot be written is no mistake: the next run asks again.
        """
        if not self._changed or self._path is None:
            return
        used = {key: msgspec.Raw(msgspec.msgpack.encode(remarks)) for key, remarks in self._used.items()}
        kept = {**{key: one for key, one in self._stored().items() if key not in used}, **used}
        entries = dict(list(kept.items())[-_MOST_ENTRIES:])
        self._changed = False
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, msgspec.msgpack.encode(_Contents(self._made_by, entries)))
        except (OSError, GendockError):
            return

    def _stored(self) -> dict[str, msgspec.Raw]:
        if self._earlier is None:
            self._earlier = self._read()
        return self._earlier

    def _read(self) -> dict[str, msgspec.Raw]:
        if self._path is None:
            return {}
        try:
            contents = msgspec.msgpack.decode(self._path.read_bytes(), type=_Contents)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return {}
        return contents.entries if contents.made_by == self._made_by else {}
