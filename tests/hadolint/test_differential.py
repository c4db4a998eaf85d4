"""gendock and hadolint say the same, but for what docs/differences.md lists with its reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.hadolint import ours, peer
from tests.hadolint.cases import CONFIGURED, FOLDER, Case, examples_of_pages, own_cases, real_cases
from tests.hadolint.comparison import Comparison, compare, real_folder
from tests.hadolint.documented import PAGE, Difference, Loss, read_page
from tests.hadolint.variants import variants

# hadolint runs these only when it is told to, and then at the level that it is told.
_LEVEL_ASKED_FOR = {"DL1001", "DL3057"}
_LISTED = read_page(PAGE.read_text(encoding="utf-8"))
_OWN = tuple(own_cases())
# A section that is about more than this share of what both report would hide a mistake in the rule.
_SHARE = 0.15


@cache
def _compared(what: str) -> Comparison:
    folder = real_folder()
    cases: dict[str, Callable[[], Iterable[Case]]] = {
        "own cases": lambda: _OWN,
        "examples of pages": examples_of_pages,
        "variants": lambda: (variant for case in _OWN for variant in variants(case)),
        "real files": lambda: real_cases(folder) if folder else (),
    }
    with TemporaryDirectory() as place:
        return compare(list(cases[what]()), Path(place))


def _check(what: str, counts: list[str]) -> Comparison:
    result = _compared(what)
    counts.append(f"compared with hadolint {peer.version()}, {what}: {result}")
    left = result.unexplained(_LISTED.differences)
    assert not left, f"{len(left)} differences\n" + "\n".join(map(str, left[:200]))
    wrong = {one for one in result.levels if one[0] not in _LEVEL_ASKED_FOR}
    assert not wrong, f"other levels (rule, hadolint's, gendock's): {sorted(wrong)}"
    return result


def test_own_cases(counts: list[str]) -> None:
    result = _check("own cases", counts)
    # Of the cases for a rule some show it, and some do not: else nothing was compared.
    own = Counter(name.split("-")[0] for name in result.said)
    shown = Counter(
        code for name, said in result.said.items() for code in said if name.startswith(f"{code}-")
    )
    assert {path.stem for path in FOLDER.glob("*.txt")} >= ours.codes()
    assert {code for code in ours.codes() if own[code] < 12 or not 2 <= shown[code] <= own[code] - 2} == set()


def test_examples_of_pages(counts: list[str]) -> None:
    _check("examples of pages", counts)


def test_variants(counts: list[str]) -> None:
    result = _check("variants", counts)
    assert len(result.said) + len(result.silent) > 1.5 * len(_OWN)


def test_real_files(counts: list[str]) -> None:
    if real_folder() is None:
        counts.append("compared with hadolint, real files: none, as GENDOCK_REAL_DOCKERFILES names no folder")
        return
    _check("real files", counts)


def test_a_section_is_about_little_that_both_report() -> None:
    agreed = [
        one
        for what in ("own cases", "examples of pages", "variants", "real files")
        for one in _compared(what).agreed
    ]
    reported = Counter(code for code, _, _ in agreed)
    wide = []
    for difference in _LISTED.differences:
        met = Counter(
            code
            for code, instruction, text in agreed
            if code in difference.codes and difference.matches(instruction, text)
        )
        wide += [
            f"{difference.title}: {count} of {reported[code]} {code}"
            for code, count in sorted(met.items())
            if count > _SHARE * reported[code]
        ]
    assert not wide, "\n".join(wide)


@pytest.mark.parametrize("difference", _LISTED.differences, ids=lambda one: one.title)
def test_a_listed_difference_is_there(difference: Difference, tmp_path: Path) -> None:
    case = Case(difference.title, difference.example, bool(difference.codes & CONFIGURED))
    result = compare([case], tmp_path)
    assert not result.silent
    assert {one.remark.code for one in result.found} == difference.codes
    assert {one.side for one in result.found} == difference.sides
    assert result.unexplained([difference]) == []


@pytest.mark.parametrize("loss", _LISTED.losses, ids=lambda one: one.title)
def test_a_file_is_lost_for_hadolint(loss: Loss, tmp_path: Path) -> None:
    assert compare([Case(loss.title, loss.example)], tmp_path).silent == {loss.title: loss.silence}
