"""The Dockerfiles to compare: small ones by rule, the examples of the rules' pages, real ones.

`cases/DL3008.txt` holds the small ones for one rule, with a line `---` between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gendock.lint import registry

FOLDER = Path(__file__).parent / "cases"
# These rules say something only where they are told what to look for.
CONFIGURED = frozenset({"DL3026", "DL3058", *(f"DL30{number}" for number in range(49, 57))})


@dataclass(frozen=True)
class Case:
    """A Dockerfile, and whether the options of the rules are set for it."""

    name: str
    text: str
    configured: bool = False


def own_cases() -> Iterator[Case]:
    """Yield the small Dockerfiles that were written for each rule."""
    for path in sorted(FOLDER.glob("*.txt")):
        for number, text in enumerate(path.read_text(encoding="utf-8").split("\n---\n"), 1):
            yield Case(f"{path.stem}-{number}", text.removesuffix("\n") + "\n", path.stem in CONFIGURED)


def examples_of_pages() -> Iterator[Case]:
    """Yield the bad and the good examples of all rules' pages."""
    for rule in registry().rules:
        for number, pair in enumerate(rule.page.examples, 1):
            for kind, example in zip(("bad", "good"), pair, strict=True):
                if example is not None and example.dockerfile:
                    yield Case(f"{rule.code}-{kind}-{number}", example.dockerfile, rule.code in CONFIGURED)


def real_cases(folder: Path) -> Iterator[Case]:
    """Yield the Dockerfiles below a folder: those called so, in folders of their own."""
    for path in sorted(folder.rglob("Dockerfile")):
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        yield Case(str(path.relative_to(folder).parent), text)
