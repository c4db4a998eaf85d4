"""Cases of the rules about Go builds: pairs of small repositories in one text file each.

    rule: GO101
    finds: golang:1.22
    -- go.mod --
    module example.com/app
    -- broken/Dockerfile --
    FROM golang:1.22
    -- mended/Dockerfile --
    FROM golang:1.26

What is `broken/` or `mended/` is in that repository alone, all else is in both. The head's lines are:

    rule     the code that has to fire on the broken repository, and nothing of GO### on the mended one; also
             one for any Dockerfile, where that finds a mistake of Go images without reading Go
    finds    the words in the Dockerfile that the finding stands on; where there are several, a line for each
    related  the place that it names besides, as path:line; none is checked without it
    also     codes of GO### that may fire on the broken repository besides
    fix      `mended`: the fix of the broken Dockerfile gives the mended one, byte for byte, and so do its
             lines for other files; or `none`
    folder   the Dockerfile's folder, where that is not the repository itself
    context  the build context, where that is not the repository itself: given to lint as to the engine
    engine   what happens on the engine to the broken one, and not to the mended one, which builds and starts.
             Without it, nothing is built

                 fails build  the build stops
                 fails start  the program ends with a failure, or cannot be started
                 builds       nothing stops it
                 unreachable  nobody answers at the port that EXPOSE names
                 unhealthy    the engine says so by its HEALTHCHECK
                 killed       it does not end when it is told to
    unproved why an error is not shown on the engine
    says     words of the engine's or the program's own complaint
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).parent / "cases"
ENGINE = frozenset({"builds", "fails build", "fails start", "unreachable", "unhealthy", "killed"})
_FILE = re.compile(r"^-- (?P<path>\S+) --\n", re.MULTILINE)
_KEYS = frozenset(
    {"rule", "finds", "related", "also", "fix", "folder", "context", "engine", "unproved", "says"}
)


@dataclass(frozen=True)
class Case:
    """One mistake: its head, and the files of both repositories."""

    name: str
    head: tuple[tuple[str, str], ...]
    broken: dict[str, str]
    mended: dict[str, str]

    def all_of(self, key: str) -> list[str]:
        return [value for name, value in self.head if name == key]

    def one(self, key: str, default: str = "") -> str:
        return next(iter(self.all_of(key)), default)

    @property
    def rule(self) -> str:
        return self.one("rule")

    def write(self, part: str, folder: Path) -> Path:
        """Write one of the repositories; return its Dockerfile."""
        for path, content in (self.broken if part == "broken" else self.mended).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(content)
        return folder / self.one("folder", ".") / "Dockerfile"


def read_case(path: Path) -> Case:
    head, *parts = _FILE.split(path.read_text())
    pairs = []
    for line in head.strip().splitlines():
        key, colon, value = line.partition(":")
        assert colon, f"{path.name}: {line}"
        assert key in _KEYS, f"{path.name}: {key}"
        pairs.append((key, value.strip()))
    broken: dict[str, str] = {}
    mended: dict[str, str] = {}
    for name, content in zip(parts[::2], parts[1::2], strict=True):
        part, _, rest = name.partition("/")
        for wanted, files in (("broken", broken), ("mended", mended)):
            if part == wanted:
                files[rest] = content
            elif part not in ("broken", "mended"):
                files[name] = content
    return Case(path.stem, tuple(pairs), broken, mended)


def all_cases() -> list[Case]:
    return [read_case(path) for path in sorted(CASES.glob("*.txt"))]
