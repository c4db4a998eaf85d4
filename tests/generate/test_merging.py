"""Three texts into one, beside what git makes of the same three."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from merge3 import Merge3

from gendock.generate import Conflict, merge

texts = st.lists(st.sampled_from("abcdef"), max_size=12).map(
    lambda lines: "".join(f"{one}\n" for one in lines)
)

CASES = {
    "nothing changed": ("a\nb\n", "a\nb\n", "a\nb\n", "a\nb\n"),
    "they changed": ("a\nb\nc\n", "a\nB\nc\n", "a\nb\nc\n", "a\nB\nc\n"),
    "we changed": ("a\nb\nc\n", "a\nb\nc\n", "a\nB\nc\n", "a\nB\nc\n"),
    "both changed the same": ("a\nb\nc\n", "a\nB\nc\n", "a\nB\nc\n", "a\nB\nc\n"),
    "both changed, apart": ("a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\n", "A\nb\nc\nD\n"),
    "they added, we removed": ("a\nb\nc\nd\n", "a\nb\nc\nd\ne\n", "b\nc\nd\n", "b\nc\nd\ne\n"),
    "no line end at the end": ("a\nb", "a\nb", "A\nb", "A\nb"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_both_sides_did_is_there(case: str) -> None:
    last, theirs, ours, wanted = CASES[case]
    merged = merge(last, theirs, ours)
    assert (merged.text, merged.conflicts) == (wanted, ())


def test_a_place_that_both_changed_is_a_conflict() -> None:
    merged = merge("a\nb\nc\n", "a\nmine\nc\n", "a\nnew\nc\n")
    assert merged.text == ""
    assert merged.conflicts == (Conflict(2, ("b\n",), ("mine\n",), ("new\n",)),)


@given(texts, texts)
def test_one_side_alone_is_taken_as_it_is(last: str, changed: str) -> None:
    assert merge(last, changed, last).text == changed
    assert merge(last, last, changed).text == changed
    assert merge(last, changed, changed).text == changed


@given(texts, texts, texts)
def test_a_library_finds_the_same_where_it_finds_no_conflict(last: str, theirs: str, ours: str) -> None:
    base, left, right = (text.splitlines(keepends=True) for text in (last, theirs, ours))
    groups = list(Merge3(base, left, right, sequence_matcher=None).merge_groups())
    merged = merge(last, theirs, ours)
    assert bool(merged.conflicts) is any(group[0] == "conflict" for group in groups)
    if not merged.conflicts:
        assert merged.text == "".join(line for group in groups for line in group[1])


def test_git_finds_the_same(tmp_path: Path) -> None:
    for last, theirs, ours, wanted in CASES.values():
        for name, text in (("last", last), ("theirs", theirs), ("ours", ours)):
            (tmp_path / name).write_text(text)
        done = subprocess.run(
            ["git", "merge-file", "--stdout", "theirs", "last", "ours"],
            cwd=tmp_path, check=True, capture_output=True, text=True,
        )  # fmt: skip
        assert done.stdout == wanted
