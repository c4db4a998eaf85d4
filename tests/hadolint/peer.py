"""hadolint as a judge: run over many files at once, and asked for its DL rules."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

HADOLINT = Path(sys.executable).with_name("hadolint")
# It writes its report when all files are read; a crash loses the batch, which is then halved.
_BATCH = 100
_SECONDS = 120
_CANNOT_READ = "DL1000"


class Silence(Enum):
    """Why hadolint says nothing of a file's instructions."""

    CANNOT_READ = "that hadolint cannot read"
    CRASHES = "that crash hadolint"


@dataclass(frozen=True)
class Remark:
    """A DL rule's code in the row in which an instruction begins."""

    code: str
    row: int


# The remarks with the level of each, or why there are none.
Answer = Mapping[Remark, str] | Silence


def version() -> str:
    """Return the version that hadolint gives itself."""
    said = subprocess.run([HADOLINT, "--version"], capture_output=True, text=True, check=True).stdout
    return said.split()[-1]


def ask(files: Sequence[Path], configuration: Path) -> dict[Path, Answer]:
    """Return what hadolint says of each file."""
    batches = [files[start : start + _BATCH] for start in range(0, len(files), _BATCH)]
    answers: dict[Path, Answer] = {}
    with ThreadPoolExecutor(2) as pool:
        for one in pool.map(lambda batch: _ask(batch, configuration), batches):
            answers |= one
    return answers


def _ask(files: Sequence[Path], configuration: Path) -> dict[Path, Answer]:
    done = subprocess.run(
        [HADOLINT, "--config", configuration, "--format", "json", "--no-fail", *files],
        capture_output=True,
        check=False,
        timeout=_SECONDS,
    )
    if done.returncode != 0:
        if len(files) == 1:
            return {files[0]: Silence.CRASHES}
        middle = len(files) // 2
        return _ask(files[:middle], configuration) | _ask(files[middle:], configuration)
    found: dict[str, dict[Remark, str]] = {str(file): {} for file in files}
    for one in json.loads(done.stdout):
        if one["code"].startswith("DL"):
            found[one["file"]][Remark(one["code"], one["line"])] = one["level"]
    return {
        file: Silence.CANNOT_READ if any(r.code == _CANNOT_READ for r in remarks) else remarks
        for file, remarks in ((file, found[str(file)]) for file in files)
    }
