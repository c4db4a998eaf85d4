"""gendock and hadolint say the same, but for what docs/differences.md lists with its reasons."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

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


def _check(cases: list[Case], folder: Path, counts: list[str], what: str) -> Comparison:
    result = compare(cases, folder)
    counts.append(f"compared with hadolint {peer.version()}, {what}: {result}")
    left = result.unexplained(_LISTED.differences)
    assert not left, f"{len(left)} differences\n" + "\n".join(map(str, left[:200]))
    wrong = {one for one in result.levels if one[0] not in _LEVEL_ASKED_FOR}
    assert not wrong, f"other levels (rule, hadolint's, gendock's): {sorted(wrong)}"
    return result


def test_own_cases(tmp_path: Path, counts: list[str]) -> None:
    result = _check(list(_OWN), tmp_path, counts, "own cases")
    # Of the cases for a rule some show it, and some do not: else nothing was compared.
    own = Counter(name.split("-")[0] for name in result.said)
    shown = Counter(
        code for name, said in result.said.items() for code in said if name.startswith(f"{code}-")
    )
    assert {path.stem for path in FOLDER.glob("*.txt")} >= ours.codes()
    assert {code for code in ours.codes() if own[code] < 12 or not 2 <= shown[code] <= own[code] - 2} == set()


def test_examples_of_pages(tmp_path: Path, counts: list[str]) -> None:
    _check(list(examples_of_pages()), tmp_path, counts, "examples of pages")


def test_variants(tmp_path: Path, counts: list[str]) -> None:
    made = [variant for case in _OWN for variant in variants(case)]
    assert len(made) > 1.5 * len(_OWN)
    _check(made, tmp_path, counts, "variants")


def test_real_files(tmp_path: Path, counts: list[str]) -> None:
    folder = real_folder()
    if folder is None:
        counts.append("compared with hadolint, real files: none, as GENDOCK_REAL_DOCKERFILES names no folder")
        return
    _check(list(real_cases(folder)), tmp_path, counts, "real files")


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
