"""`.dockerignore`: our reading of its patterns against another port of moby's."""

from __future__ import annotations

import pytest
from e2b_dockerfile_utils import PatternMatcher
from hypothesis import given
from hypothesis import strategies as st

from gendock.dockerfile.ignore_file import IgnorePatternError, cleaned_path, read_ignore_file

names = st.sampled_from(("bin", "cmd", "a", "b.go", "x.md", ".env", "[x]", "a*", "ü", "x", "ab"))
paths = st.lists(names, min_size=1, max_size=4).map("/".join)
parts = st.sampled_from(
    ("**", "*", "a", "bin", "*.go", "?.go", "x.*", "**.md", "cmd", "\\[x\\]", "[a-c]*", "[^x]", "a**", "x(y)")
)
patterns = st.tuples(
    st.sampled_from(("", "", "", "!", "/", "./", "! ")), st.lists(parts, min_size=1, max_size=3).map("/".join)
).map("".join)


@given(st.lists(patterns, max_size=4), paths)
def test_patterns_mean_what_moby_means(written: list[str], path: str) -> None:
    ours = read_ignore_file("\n".join(["# words", *written, ""])).excluding(path) is not None
    # Blanks and slashes in front are the file reader's business, not the matcher's.
    cleaned = [
        ("!" if one.startswith("!") else "") + cleaned_path(one.removeprefix("!").strip()).lstrip("/")
        for one in written
    ]
    assert ours == PatternMatcher(cleaned).matches(path)


def test_what_is_no_pattern() -> None:
    found = read_ignore_file("\ufeff# a\n\n  bin  \r\n #b\n!c\n")
    assert [(one.text, one.takes_back, one.row) for one in found.patterns] == [
        ("bin", False, 3),
        ("#b", False, 4),
        ("c", True, 5),
    ]
    assert found.takes_back
    assert not read_ignore_file("").patterns


@pytest.mark.parametrize("text", ["!", "! \n", "a[\n", "[b-a]"])
def test_patterns_that_stop_a_build(text: str) -> None:
    with pytest.raises(IgnorePatternError):
        read_ignore_file(text)


def test_the_pattern_that_decides() -> None:
    found = read_ignore_file("*\n!dist\ndist/tmp\n")
    assert found.excluding("dist/app") is None
    (pattern,) = [one for one in (found.excluding("dist/tmp/x"),) if one is not None]
    assert pattern.row == 3
