"""Nothing that comes from outside can steer a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendock.engine.sizes import megabytes
from gendock.report.engine_lines import Style, joined
from gendock.report.terminal import printable, wrapped


@given(st.text(st.characters()))
def test_what_is_printed_has_no_control_characters(text: str) -> None:
    shown = printable(text)
    assert not [
        character for character in shown if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
    ]
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain · text, 日本", "plain · text, 日本"),
        ("\x1b]0;owned\x07", "\\e]0;owned\\x07"),
        ("a\tb\r\nc", "a    b\\r\\nc"),
        ("\x9b2J\x7f\0", "\\x9b2J\\x7f\\0"),
        ("user\u202etxt.exe", "user\\u202etxt.exe"),
        ("\udcff", "\\udcff"),
    ],
)
def test_escapes_can_be_read(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_long_text_is_cut_with_a_note() -> None:
    assert printable("x" * 1000, limit=10) == "xxxxxxxxxx … (1000 characters)"


def test_lines_break_between_words() -> None:
    assert wrapped("one two\nthree-hundred", 7) == ["one", "two\\nthree-hundred"]
    assert wrapped("one two three", 7) == ["one two", "three"]


@given(st.text(st.characters(), max_size=300), st.floats(0, 9999), st.integers(40, 120))
def test_a_row_fits_the_terminal(text: str, seconds: float, columns: int) -> None:
    style = Style(columns)
    assert len(style.row("start", text, seconds)) <= columns
    assert len(style.row("", text)) <= columns


def test_facts_share_lines() -> None:
    assert joined(["user 65532", "no shell", "no toolchain"], 23) == ["user 65532 · no shell", "no toolchain"]
    assert [megabytes(size) for size in (12, 3_200, 14_200_000, 2_000_000_000)] == [
        "12 B",
        "3.2 kB",
        "14.2 MB",
        "2.0 GB",
    ]
