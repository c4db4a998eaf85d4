"""Findings kept from run to run, so that a file that did not change is not linted again.

An entry holds for a file's content and name, the rules and settings that it was linted with, gendock's and
ShellCheck's version, and whatever the rules read beside it (go.mod, whether there is a go.sum). Where a file
and what was read beside it have the size, times and inode that they had, they are not even read, and what was
shown of it is shown again. The whole cache is one file: reading it once is faster than looking for many.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from gendock.errors import GendockError
from gendock.files import cache_folder, write_atomically
from gendock.lint.digest import digest_of, folder_state
from gendock.lint.tally import Shown
from gendock.version import VERSION

if TYPE_CHECKING:
    from gendock.lint.settings import Settings
    from gendock.lint.stored import StoredFinding

_FORMAT = 4
_MOST_ENTRIES = 20_000
# A file that was written just before it was looked at may be written again within the same tick of the clock.
_TICK = 2_000_000_000
_ABSENT = ""
# What settings say besides how to lint a file.
_NOT_OF_RULES = frozenset({"fail_level", "exclude", "root", "source"})

# Size, time of the last change of the content and of anything, inode.
_State: TypeAlias = tuple[int, int, int, int]


class _Seen(msgspec.Struct, array_like=True):
    """A file as it was: its state, those of files beside it (None: not there), its settings, its entry.

    `shown` is what people saw of it last, and `look` how, and under which name.
    """

    state: _State
    beside: dict[str, _State | None]
    how: str
    key: str
    look: str = ""
    shown: Shown | None = None


class _Contents(msgspec.Struct, array_like=True):
    made_by: str
    entries: dict[str, msgspec.Raw]
    files: dict[str, _Seen]


class FindingsCache:
    """The cache of one user; a broken or foreign file counts as an empty one."""

    def __init__(self, path: Path) -> None:
        """Read a cache file, if there is one."""
        self._path = path
        self._made_by = _made_by()
        self._folder = str(Path.cwd())
        self._used: dict[str, msgspec.Raw] = {}
        self._seen: dict[str, _Seen] = {}
        self._folders: dict[str, _State] = {}
        self._hows: dict[int, str] = {}
        self._new = False
        # What changes while this run looks at it may not be what was linted.
        self._settled = time.time_ns() - _TICK
        try:
            contents = msgspec.msgpack.decode(path.read_bytes(), type=_Contents)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            contents = _Contents("", {}, {})
        if contents.made_by != self._made_by:
            contents = _Contents("", {}, {})
        self._entries = contents.entries
        self._files = contents.files

    def recall(self, path: Path, settings: Settings) -> list[StoredFinding] | None:
        """Return the findings of a file that was not touched since; None where that is not sure."""
        known = self._untouched(path, settings)
        if known is None:
            return None
        from gendock.lint.stored import StoredEntry

        return msgspec.msgpack.decode(self._used[known.key], type=StoredEntry).findings

    def shown(self, path: Path, settings: Settings, look: str) -> Shown | None:
        """Return what was shown of a file that was not touched since; `look` says how it has to be shown."""
        known = self._untouched(path, settings)
        return known.shown if known and known.look == look else None

    def show(self, path: Path, look: str, shown: Shown) -> None:
        """Keep what is shown of a file whose findings are kept, in place of what was shown before."""
        known = self._seen.get(self._name(path))
        if known is not None:
            known.look, known.shown = look, shown
            self._new = True

    def _untouched(self, path: Path, settings: Settings) -> _Seen | None:
        name = self._name(path)
        known = self._seen.get(name)
        if known is not None:
            return known
        known = self._files.get(name)
        if known is None or known.how != self._how(settings, name) or self._state(name) != known.state:
            return None
        raw = self._entries.get(known.key)
        if raw is None or any(self._state(_beside(name, one)) != was for one, was in known.beside.items()):
            return None
        self._used[known.key] = raw
        self._seen[name] = known
        return known

    def get(self, content: bytes, settings: Settings, path: Path) -> list[StoredFinding] | None:
        """Return the findings of a content that was linted before, under whatever path."""
        key = self._key(content, settings, path)
        raw = self._entries.get(key)
        if raw is None:
            return None
        from gendock.lint.context import read_beside
        from gendock.lint.stored import StoredEntry

        entry = msgspec.msgpack.decode(raw, type=StoredEntry)
        folder = path.parent
        if any(_digest_beside(read_beside(folder, name)) != digest for name, digest in entry.beside.items()):
            return None
        self._keep(key, raw, settings, path, entry.beside)
        return entry.findings

    def put(
        self,
        content: bytes,
        settings: Settings,
        path: Path,
        beside: Mapping[str, bytes | None],
        findings: Iterable[StoredFinding],
    ) -> None:
        """Keep what was found; what holds bytes that are no UTF-8 is not kept.

        Args:
            content: the file.
            settings: those that it was linted with.
            path: where it is.
            beside: what the rules read beside it, None for what is not there.
            findings: what was found.
        """
        from gendock.lint.stored import StoredEntry

        entry = StoredEntry({name: _digest_beside(seen) for name, seen in beside.items()}, [*findings])
        try:
            raw = msgspec.Raw(msgspec.msgpack.encode(entry))
            os.fspath(path).encode()
        except UnicodeEncodeError:
            return
        self._keep(self._key(content, settings, path), raw, settings, path, beside)

    def save(self) -> None:
        """Write what is new and what was used, without the oldest beyond a bound.

        A folder that cannot be written is no mistake: the next run lints again.
        """
        if not self._new:
            return
        entries = _newest(self._entries, self._used)
        files = {name: seen for name, seen in _newest(self._files, self._seen).items() if seen.key in entries}
        content = msgspec.msgpack.encode(_Contents(self._made_by, entries, files))
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, content)
        except (OSError, GendockError):
            return

    def _keep(
        self, key: str, raw: msgspec.Raw, settings: Settings, path: Path, beside: Iterable[str]
    ) -> None:
        self._used[key] = raw
        self._new = True
        name = self._name(path)
        state = self._state(name)
        around = {one: self._state(_beside(name, one)) for one in beside}
        looked_at = (one for one in (state, *around.values()) if one)
        if state is not None and all(max(one[1:3]) < self._settled for one in looked_at):
            self._seen[name] = _Seen(state, around, self._how(settings, name), key)

    def _name(self, path: Path) -> str:
        return os.path.join(self._folder, path)  # noqa: PTH118 - of hundreds of files, and quicker

    def _key(self, content: bytes, settings: Settings, path: Path) -> str:
        how = self._how(settings, self._name(path))
        return digest_of(content + f"\0{path.name}\0{how}".encode(errors="replace"))

    def _state(self, path: str) -> _State | None:
        """Return a file's state; a folder's, which many files may rest on, is looked for once."""
        if not path.endswith("/"):
            return _file_state(path)
        path = os.path.normpath(path)
        if path not in self._folders:
            self._folders[path] = _folder_state(path)
        return self._folders[path]

    def _how(self, settings: Settings, name: str) -> str:
        """Return a digest of all that the settings say of one file."""
        known = self._hows.get(id(settings))
        if known is None:
            said = {
                one: getattr(settings, one) for one in settings.__struct_fields__ if one not in _NOT_OF_RULES
            }
            known = self._hows[id(settings)] = digest_of(repr(said).encode(errors="replace"))
        if settings.per_file_ignores:
            where = f"{known} {settings.root} {self._folder} {name}"
            return digest_of(where.encode(errors="replace"))
        return known


def default_path() -> Path:
    """Return where the cache is."""
    return cache_folder() / "findings"


def _newest(earlier: Mapping[str, Any], used: Mapping[str, Any]) -> dict[str, Any]:
    kept = {**{key: one for key, one in earlier.items() if key not in used}, **used}
    return dict(list(kept.items())[-_MOST_ENTRIES:])


def _beside(name: str, other: str) -> str:
    return os.path.join(os.path.dirname(name), other)  # noqa: PTH118, PTH120 - of hundreds of files


def _file_state(path: str) -> _State | None:
    try:
        seen = os.stat(path)  # noqa: PTH116 - of hundreds of files, and quicker
    except OSError:
        return None
    return seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino


def _folder_state(path: str) -> _State:
    """Return the state of all files below a folder."""
    rows = folder_state(Path(path))
    return len(rows), 0, 0, int(digest_of(rows)[:15], 16)


def _digest_beside(content: bytes | None) -> str:
    return _ABSENT if content is None else digest_of(content)


def _made_by() -> str:
    """Name the gendock and the ShellCheck that made a cache; in a checkout, its newest source file, too."""
    from gendock.lint.shellcheck.program import find_program, identity

    package = Path(__file__).parents[1]
    sources = [package]
    if (package.parent / "pyproject.toml").is_file():
        sources += [*package.rglob("*.py"), *(package.parent / "rules").glob("*.py")]
    newest = max(path.stat().st_mtime_ns for path in sources)
    program = find_program()
    return f"{_FORMAT} {VERSION} {newest} {identity(program) if program else 'no ShellCheck'}"
