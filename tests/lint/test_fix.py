"""Fixes: several in one file, edits that touch, line endings, nothing made worse."""

from __future__ import annotations

from gendock.dockerfile import Span
from gendock.lint import Edit, Finding, Settings, lint_text
from gendock.lint.fix import apply_edits, fix_text


def everything(text: str) -> tuple[Finding, ...]:
    return lint_text(text, Settings())


def test_all_mistakes_of_a_file_are_mended_in_one_go() -> None:
    text = 'FORM golang:1.26 build\r\nWORKDIR /src\r\nCOPY *.mod./\r\nCMD["./app"]\r\n'
    fixed = fix_text(text, everything, unsafe=False)
    assert fixed.text == 'FROM golang:1.26 AS build\r\nWORKDIR /src\r\nCOPY *.mod ./\r\nCMD ["./app"]\r\n'
    assert [finding.rule.code for finding in fixed.left] == ["GD103"]


def test_what_people_write_without_thinking_of_it() -> None:
    text = "FROM a:1 # the base\nUSER 1\napt-get clean \\\n  && true\n"
    fixed = fix_text(text, everything, unsafe=False)
    assert fixed.text == "FROM a:1\nUSER 1\nRUN apt-get clean \\\n  && true\n"
    assert fixed.left == ()


def test_a_flag_finds_its_value_behind_it() -> None:
    text = "FROM a:1 AS build\nFROM b:1\nUSER 1\nCOPY --from build /x /y\n"
    assert fix_text(text, everything, unsafe=False).text == text.replace("--from build", "--from=build")
    apart = text.replace("--from build", "--from \\\n  build")
    assert fix_text(apart, everything, unsafe=False).text == apart


def test_unsafe_fixes_wait_until_they_are_asked_for() -> None:
    text = "FROM a:1\nUSER 1\nCMD ./app\n"
    assert fix_text(text, everything, unsafe=False).text == text
    assert fix_text(text, everything, unsafe=True).text == 'FROM a:1\nUSER 1\nCMD ["./app"]\n'


def test_edits_are_applied_from_the_back() -> None:
    edits = [Edit(Span(0, 1), "xyz"), Edit(Span(2, 2), "-"), Edit(Span(3, 4), "")]
    assert apply_edits("abcd", edits) == "xyzb-c"


def test_a_fix_that_would_break_the_file_takes_no_other_along() -> None:
    text = "# A comment.\n# escape = `\nFROM a:1\nUSER 1\nENV A \\\nb\nCMD ./app\n"
    fixed = fix_text(text, everything, unsafe=True)
    assert fixed.text == text.replace("./app", '["./app"]')
    assert "GD128" in [finding.rule.code for finding in fixed.left]
