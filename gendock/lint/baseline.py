"""A list of known findings, so that only new ones fail: for a repository that starts to lint.

A finding is known by its file, its rule and the text of its lines, not by its row: code above it may change.
Of several equal ones as many are known as the list says. Files below the list's folder are known by their
path from there, wherever gendock is run.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

from gendock.errors import GendockError
from gendock.files import write_atomically
from gendock.lint.finding import Finding

if TYPE_CHECKING:
    from gendock.dockerfile import Source
    from gendock.lint.fix import LintTexts

_VERSION = 1


@dataclass(frozen=True)
class Baseline:
    """How many findings are known, by their keys, and the folder of the list."""

    known: Counter[str]
    folder: Path

    def key_of(self, finding: Finding) -> str:
        """Return what a finding is known by, wherever its line stands."""
        return _key_of(finding, self.folder)

    def new(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings that are not known."""
        left = Counter(self.known)
        found: list[Finding] = []
        for finding in findings:
            key = self.key_of(finding)
            if left[key] > 0:
                left[key] -= 1
            else:
                found.append(finding)
        return found


def without_known(lint: LintTexts, baseline: Baseline) -> LintTexts:
    """Return a function that lints texts, and gives only what a baseline does not know.

    The first text of each number is the file as it is. In later ones fixes have changed lines, and with them
    what the findings on these lines are known by: those are then told by their rule, and by the lines that
    theirs came from.
    """
    first: dict[int, list[Finding]] = {}

    def lint_texts(texts: Mapping[int, str]) -> dict[int, list[Finding]]:
        found: dict[int, list[Finding]] = {}
        for at, findings in lint(texts).items():
            every = list(findings)
            new = baseline.new(every)
            passed = [one for one in every if not any(one is other for other in new)]
            moved = _moved(first.setdefault(at, passed), passed, baseline)
            found[at] = _not_among(moved, new)
        return found

    return lint_texts


def _moved(first: list[Finding], passed: list[Finding], baseline: Baseline) -> list[Finding]:
    """Return the findings that were passed over at first, and are not now."""
    seen = Counter(map(baseline.key_of, passed))
    moved: list[Finding] = []
    for finding in first:
        key = baseline.key_of(finding)
        if seen[key] > 0:
            seen[key] -= 1
        else:
            moved.append(finding)
    return moved


def _not_among(moved: list[Finding], new: list[Finding]) -> list[Finding]:
    """Leave out the findings that were passed over at first and stand on a line that a fix has changed."""
    if not new or not moved:
        return new
    rows = _earlier_rows(moved[0].source, new[0].source)
    left: list[Finding] = []
    for finding in new:
        same = [
            one for one in moved if one.rule is finding.rule and one.start.row in rows[finding.start.row - 1]
        ]
        if same:
            moved.remove(next((one for one in same if one.message == finding.message), same[0]))
        else:
            left.append(finding)
    return left


def _earlier_rows(before: Source, after: Source) -> list[range]:
    """Return, for each line of a text, the rows of an earlier text that it may have come from."""
    matcher = SequenceMatcher(None, before.text.split("\n"), after.text.split("\n"), autojunk=False)
    rows: list[range] = []
    for tag, old_start, old_end, start, end in matcher.get_opcodes():
        for at in range(start, end):
            exact = range(old_start + at - start + 1, old_start + at - start + 2)
            rows.append(exact if tag == "equal" else range(old_start + 1, old_end + 1))
    return rows


def _key_of(finding: Finding, folder: Path) -> str:
    rows = range(finding.start.row, finding.end.row + 1)
    lines = "\n".join(" ".join(finding.source.line(row).split()) for row in rows)
    digest = hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    path = Path(finding.filename)
    whole = _whole(path)
    shown = whole.relative_to(folder) if whole.is_relative_to(folder) else path
    return f"{shown.as_posix()} {finding.rule.code} {digest}"


def _whole(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - a link stays one, and `..` goes


def write(path: Path, findings: Iterable[Finding]) -> None:
    """List findings in a file.

    Raises:
        GendockError: it cannot be written.
    """
    folder = _whole(path).parent
    counts = Counter(_key_of(finding, folder) for finding in findings)
    content = {"version": _VERSION, "findings": dict(sorted(counts.items()))}
    write_atomically(path, (json.dumps(content, indent=2) + "\n").encode("utf-8", "backslashreplace"))


def read(path: Path) -> Baseline:
    """Read a list of known findings.

    Raises:
        GendockError: it is not there, or is no such list.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise GendockError(f"cannot read {path}: {error.strerror}") from None
    except ValueError as error:
        raise GendockError(f"cannot read {path}: {error}") from None
    except RecursionError:
        raise GendockError(f"cannot read {path}: it is nested too deeply") from None
    known = (
        content.get("findings") if isinstance(content, dict) and content.get("version") == _VERSION else None
    )
    if not isinstance(known, dict) or not all(isinstance(count, int) for count in known.values()):
        raise GendockError(f"{path} is no baseline: `gendock lint --write-baseline {path}` makes one")
    return Baseline(Counter(known), _whole(path).parent)
