"""Findings kept from run to run, so that a file that did not change is not linted again.

An entry holds for a file's content, the rules and settings that it was linted with, gendock's version, and
whatever the rules read beside it (go.mod, whether there is a go.sum). It holds nothing of the file's name, so
moving a file costs nothing. The whole cache is one file: reading it once is faster than looking for many.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from gendock.dockerfile import Source, Span
from gendock.errors import GendockError
from gendock.files import home, write_atomically
from gendock.lint.finding import Finding
from gendock.lint.mistake import Applicability, Edit, Fix, Related, Severity
from gendock.lint.registry import registry
from gendock.version import VERSION

if TYPE_CHECKING:
    from gendock.lint.settings import Settings

_FORMAT = 1
_MOST_ENTRIES = 20_000
ABSENT = ""


class _Stored(msgspec.Struct, array_like=True):
    """A finding without what the file and the rule give back."""

    code: str
    severity: int
    span: tuple[int, int]
    message: str
    help: str
    also: tuple[str, ...]
    stage: str
    instruction: str
    fix: tuple[str, str, tuple[tuple[int, int, str], ...]] | None
    related: tuple[tuple[str, int, int, int, str, str], ...]


class _Entry(msgspec.Struct, array_like=True):
    """The findings of one content; `beside` are the files that were read, with their digests."""

    beside: dict[str, str]
    findings: list[_Stored]


class _Contents(msgspec.Struct, array_like=True):
    made_by: str
    entries: dict[str, _Entry]


class FindingsCache:
    """The cache of one user; a broken or foreign file counts as an empty one."""

    def __init__(self, path: Path) -> None:
        """Read a cache file, if there is one."""
        self._path = path
        self._made_by = _made_by()
        self._used: dict[str, _Entry] = {}
        self._new = False
        try:
            contents = msgspec.msgpack.decode(path.read_bytes(), type=_Contents)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            contents = _Contents("", {})
        self._entries = contents.entries if contents.made_by == self._made_by else {}
        self._rules = {rule.code: rule for rule in registry().rules}

    def get(
        self, key: str, digest_beside: Callable[[str], str], source: Source, filename: str
    ) -> tuple[Finding, ...] | None:
        """Return the findings of an earlier run; None where there are none that still hold.

        Args:
            key: from `key_of`.
            digest_beside: the digest of a file beside the Dockerfile, ABSENT where there is none.
            source: the file's text.
            filename: the name to show.
        """
        entry = self._entries.get(key)
        if entry is None or any(digest_beside(name) != digest for name, digest in entry.beside.items()):
            return None
        self._used[key] = entry
        return tuple(self._restored(stored, source, filename) for stored in entry.findings)

    def put(self, key: str, beside: Mapping[str, str], findings: Iterable[Finding]) -> None:
        """Keep the findings of a run; those with bytes that are no UTF-8 are not kept."""
        entry = _Entry(dict(beside), [_stored(finding) for finding in findings])
        try:
            msgspec.msgpack.encode(entry)
        except UnicodeEncodeError:
            return
        self._used[key] = entry
        self._new = True

    def save(self) -> None:
        """Write what is new and what was used, without the oldest beyond a bound.

        A folder that cannot be written is no mistake: the next run lints again.
        """
        if not self._new:
            return
        kept = {**{key: one for key, one in self._entries.items() if key not in self._used}, **self._used}
        entries = dict(list(kept.items())[-_MOST_ENTRIES:])
        content = msgspec.msgpack.encode(_Contents(self._made_by, entries))
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, content)
        except (OSError, GendockError):
            return

    def _restored(self, stored: _Stored, source: Source, filename: str) -> Finding:
        fix = None
        if stored.fix is not None:
            message, applicability, edits = stored.fix
            made = tuple(Edit(Span(start, end), text) for start, end, text in edits)
            fix = Fix(message, made, Applicability(applicability))
        return Finding(
            rule=self._rules[stored.code],
            severity=Severity(stored.severity),
            filename=filename,
            source=source,
            span=Span(*stored.span),
            message=stored.message,
            help=stored.help,
            also=stored.also,
            stage=stored.stage,
            instruction=stored.instruction,
            fix=fix,
            related=tuple(Related(*one) for one in stored.related),
        )


def default_path() -> Path:
    """Return where the cache is: below GENDOCK_CACHE_DIR, XDG_CACHE_HOME, or ~/.cache."""
    named = os.environ.get("GENDOCK_CACHE_DIR")
    if named:
        return Path(named) / "findings"
    configured = os.environ.get("XDG_CACHE_HOME")
    return (Path(configured) if configured else home() / ".cache") / "gendock" / "findings"


def key_of(content: bytes, settings: Settings, path: Path) -> str:
    """Return the key of a file's content under its settings."""
    rules = [(rule.code, int(settings.severity_of(rule))) for rule in settings.rules_for(path)]
    judging = settings.profile.judges_build_stages
    how: Any = (
        rules,
        settings.severity,
        settings.pragmas,
        settings.require_reason,
        judging,
        settings.options,
    )
    return digest(content + repr(how).encode())


def digest(content: bytes) -> str:
    """Return a digest of some bytes, the same on every machine."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _made_by() -> str:
    """Name the gendock that made a cache; in a checkout, its newest source file counts as well."""
    package = Path(__file__).parents[1]
    newest = 0
    if (package.parent / "pyproject.toml").is_file():
        files = [*package.rglob("*.py"), *(package.parent / "rules").glob("*.py")]
        newest = max((path.stat().st_mtime_ns for path in files), default=0)
    return f"{_FORMAT} {VERSION} {newest}"


def _stored(finding: Finding) -> _Stored:
    fix = None
    if finding.fix is not None:
        edits = tuple((edit.span.start, edit.span.end, edit.text) for edit in finding.fix.edits)
        fix = (finding.fix.message, str(finding.fix.applicability), edits)
    return _Stored(
        code=finding.rule.code,
        severity=int(finding.severity),
        span=(finding.span.start, finding.span.end),
        message=finding.message,
        help=finding.help,
        also=finding.also,
        stage=finding.stage,
        instruction=finding.instruction,
        fix=fix,
        related=tuple(
            (one.filename, one.row, one.column, one.end_column, one.line, one.message)
            for one in finding.related
        ),
    )
