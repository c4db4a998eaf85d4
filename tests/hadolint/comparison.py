"""Compare what the two say, file by file."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gendock.dockerfile import read
from gendock.lint.options import LabelKind, RuleOptions
from tests.hadolint import ours
from tests.hadolint.cases import Case
from tests.hadolint.documented import Difference, Side
from tests.hadolint.peer import Answer, Remark, Silence, ask

_REGISTRIES = ("docker.io", "ghcr.io", "*.example.com", "quay*")
_KINDS = ("text", "url", "semver", "rfc3339", "spdx", "hash", "email")
OPTIONS = RuleOptions(
    trusted_registries=_REGISTRIES,
    label_schema=tuple((f"com.example.{kind}", LabelKind(kind)) for kind in _KINDS),
    strict_labels=True,
)
# What is off by default runs because it is given a level.
_EVERY_RULE = "override:\n  info: [DL1001, DL3057]\n"
_CONFIGURED = (
    _EVERY_RULE
    + f"trustedRegistries: [{', '.join(repr(one) for one in _REGISTRIES)}]\n"
    + "strict-labels: true\n"
    + "label-schema:\n"
    + "".join(f"  com.example.{kind}: {kind}\n" for kind in _KINDS)
)


@dataclass(frozen=True)
class Found:
    """One of the two says something that the other does not."""

    case: Case
    remark: Remark
    side: Side
    instruction: str

    def __str__(self) -> str:
        return (
            f"{self.case.name}:{self.remark.row}: {self.remark.code} {self.side.value}: {self.instruction!r}"
        )


@dataclass
class Comparison:
    """What came of it.

    Attributes:
        said: hadolint's codes for each file that it could read, by the case's name.
        silent: the files that it could not read.
        remarks: how often hadolint said each code.
        found: what one of the two says and the other does not.
        agreed: what both say: the code, the instruction, the file's text.
        levels: rules that the two give different severities: code, hadolint's, gendock's.
    """

    said: dict[str, frozenset[str]] = field(default_factory=dict)
    silent: dict[str, Silence] = field(default_factory=dict)
    remarks: Counter[str] = field(default_factory=Counter)
    found: list[Found] = field(default_factory=list)
    agreed: list[tuple[str, str, str]] = field(default_factory=list)
    levels: set[tuple[str, str, str]] = field(default_factory=set)

    def unexplained(self, differences: Iterable[Difference]) -> list[Found]:
        """Return what no section of the page is about."""
        known = tuple(differences)
        return [
            one
            for one in self.found
            if not any(
                each.explains(one.remark.code, one.side, one.instruction, one.case.text) for each in known
            )
        ]

    def __str__(self) -> str:
        silent = Counter(self.silent.values())
        told = "".join(f", {count} more {kind.value}" for kind, count in silent.items())
        return f"{len(self.said)} files, {self.remarks.total()} findings of {len(self.remarks)} rules{told}"


def compare(cases: Sequence[Case], folder: Path) -> Comparison:
    """Let both read the cases; `folder` is an empty one for the files."""
    result = Comparison()
    for configured in (False, True):
        part = [case for case in cases if case.configured is configured]
        if part:
            _compare(part, folder / f"configured-{configured}", result, configured=configured)
    return result


def _compare(cases: Sequence[Case], folder: Path, result: Comparison, *, configured: bool) -> None:
    folder.mkdir(parents=True)
    configuration = folder / "hadolint.yaml"
    configuration.write_text(_CONFIGURED if configured else _EVERY_RULE)
    paths = {}
    for number, case in enumerate(cases):
        path = folder / str(number)
        path.write_bytes(_bytes(case))
        paths[path] = case
    answers = ask(list(paths), configuration)
    for path, case in paths.items():
        _compare_one(case, answers[path], result, OPTIONS if configured else RuleOptions())


def _bytes(case: Case) -> bytes:
    return case.text.encode("utf-8", "surrogateescape")


def _compare_one(case: Case, answer: Answer, result: Comparison, options: RuleOptions) -> None:
    if isinstance(answer, Silence):
        result.silent[case.name] = answer
        return
    known = ours.codes()
    theirs = {remark: level for remark, level in answer.items() if remark.code in known}
    mine = ours.remarks(_bytes(case), options)
    result.said[case.name] = frozenset(remark.code for remark in theirs)
    result.remarks.update(remark.code for remark in theirs)
    result.levels.update(
        (one.code, level, mine[one]) for one, level in theirs.items() if one in mine and mine[one] != level
    )
    places = ours.Places(read(_bytes(case)))
    result.agreed.extend(
        (one.code, places.instruction(one.row), case.text) for one in theirs.keys() & mine.keys()
    )
    for side, remarks in (
        (Side.HADOLINT, theirs.keys() - mine.keys()),
        (Side.GENDOCK, mine.keys() - theirs.keys()),
    ):
        for one in sorted(remarks, key=lambda remark: (remark.row, remark.code)):
            result.found.append(Found(case, one, side, places.instruction(one.row)))


def real_folder() -> Path | None:
    """Return the folder of real Dockerfiles that GENDOCK_REAL_DOCKERFILES names."""
    named = os.environ.get("GENDOCK_REAL_DOCKERFILES")
    return Path(named) if named else None
