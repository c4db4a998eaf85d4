"""What makes a finding the same one after lines above it came or went.

SARIF's `partialFingerprints` and GitLab's `fingerprint` carry it, so that a dismissed alert stays dismissed.
"""

from __future__ import annotations

import hashlib
import re
import sys
from array import array
from collections import Counter
from collections.abc import Sequence

from gendock.lint import Finding
from gendock.report.paths import Folders

_BLOCK = 100
_MASK = (1 << 64) - 1
_POWERS = [pow(37, _BLOCK - 1 - at, 1 << 64) for at in range(_BLOCK)]
_END = 0xFFFF


def fingerprints(findings: Sequence[Finding], folders: Folders) -> list[str]:
    """Return each finding's fingerprint, no two alike.

    It is made of the file, the rule, the line and the marked text (white space aside), and of how many
    findings before it are the same in all of these.
    """
    seen: Counter[str] = Counter()
    made: list[str] = []
    for finding in findings:
        parts = (
            folders.from_root(finding.filename),
            finding.rule.code,
            *finding.source.line(finding.start.row).split(),
            "",
            *finding.source.slice(finding.span).split(),
        )
        key = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
        seen[key] += 1
        made.append(hashlib.sha256(f"{key}:{seen[key]}".encode()).hexdigest()[:32])
    return made


def line_hashes(content: bytes) -> list[str]:
    """Return the `primaryLocationLineHash` of each line of a file, as GitHub's upload-sarif action makes it.

    A line's hash is over the 100 UTF-16 units from its start on, spaces and tabs left out, as
    https://github.com/github/codeql-action/blob/main/src/fingerprints.ts describes. GitHub matches alerts by
    it alone; the action warns of a hash that is not its own, and without the action there is no other.
    """
    text = re.sub("\r\n?", "\n", content.decode("utf-8", "replace")).translate({0x20: None, 0x09: None})
    units = array("H", text.encode("utf-16-le"))
    if sys.byteorder == "big":
        units.byteswap()
    padded = [*units, _END, *([0] * _BLOCK)]
    starts = [0, *(at + 1 for at, unit in enumerate(units) if unit == 0x0A)]
    seen: Counter[int] = Counter()
    hashes: list[str] = []
    for start in starts:
        block = padded[start : start + _BLOCK]
        value = sum(unit * power for unit, power in zip(block, _POWERS, strict=True)) & _MASK
        seen[value] += 1
        hashes.append(f"{value:x}:{seen[value]}")
    return hashes
