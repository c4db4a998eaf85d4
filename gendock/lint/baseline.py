"""A list of known findings, so that only new ones fail: for a repository that starts to lint.

A finding is known by its file, its rule and the text of its lines, not by its row: code above it may change.
Of several equal ones as many are known as the list says.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gendock.errors import GendockError
from gendock.files import write_atomically
from gendock.lint.finding import Finding

_VERSION = 1


@dataclass(frozen=True)
class Baseline:
    """How many findings are known, by their keys."""

    known: Counter[str]

    def new(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings that are not known."""
        left = Counter(self.known)
        found: list[Finding] = []
        for finding in findings:
            key = key_of(finding)
            if left[key] > 0:
                left[key] -= 1
            else:
                found.append(finding)
        return found


def key_of(finding: Finding) -> str:
    """Return what a finding is known by, wherever its line stands."""
    rows = range(finding.start.row, finding.end.row + 1)
    lines = "\n".join(" ".join(finding.source.line(row).split()) for row in rows)
    digest = hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return f"{Path(finding.filename).as_posix()} {finding.rule.code} {digest}"


def write(path: Path, findings: Iterable[Finding]) -> None:
    """List findings in a file.

    Raises:
        GendockError: it cannot be written.
    """
    counts = Counter(key_of(finding) for finding in findings)
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
    return Baseline(Counter(known))
