"""Comments that silence rules: what each form says, where it holds, and which were of no use."""

from __future__ import annotations

import pytest

from gendock.dockerfile import read
from gendock.lint import Settings, Severity, lint_text
from gendock.lint.add_ignore import add_ignore
from gendock.lint.pragmas import asks_for_errors, pragmas_of


def codes(text: str, settings: Settings | None = None) -> list[str]:
    return [finding.rule.code for finding in lint_text(text, settings or Settings(ignore=("GD103",)))]


FORMS = [
    ("# gendock: ignore[A, B] why", ["A", "B"], "why", True),
    ("# gendock: ignore", None, "", True),
    ("#gendock:ignore[A]", ["A"], "", True),
    ("# GENDOCK: IGNORE[A] - why", ["A"], "why", True),
    ("# gendock : ignore [A] why", ["A"], "why", True),
    ("# gendock: ignore - not on arm64, see no-user", None, "not on arm64, see no-user", True),
    ("# gendock: ignore (the base image decides)", None, "(the base image decides)", True),
    ("# hadolint ignore=A,B # why", ["A", "B"], "why", False),
    ("# hadolint ignore = A , B", ["A", "B"], "", False),
    ("# tally ignore=tally/a;reason=why", ["tally/a"], "why", False),
    ("# check=skip=A,B;error=true", ["A", "B"], "", False),
]


@pytest.mark.parametrize(("comment", "names", "reason", "own"), FORMS)
def test_forms(comment: str, names: list[str] | None, reason: str, *, own: bool) -> None:
    (pragma,) = pragmas_of(read(f"FROM a:1\n{comment}\nRUN true\n"))
    assert (None if pragma.names is None else [name for name, _ in pragma.names]) == names
    assert (pragma.reason, pragma.own) == (reason, own)
    assert pragma.scope


@pytest.mark.parametrize(
    "comment", ["# ignore this", "# gendock is fine", "# hadolint shell=/bin/bash", "# check this"]
)
def test_other_comments_are_none(comment: str) -> None:
    assert pragmas_of(read(f"FROM a:1\n{comment}\nRUN true\n")) == ()


def test_a_check_directive_in_the_head_holds_for_the_file() -> None:
    assert codes("# check=skip=WorkdirRelativePath\nFROM a:1\nWORKDIR x\n") == []
    assert asks_for_errors(read("# check=skip=all;error=true\nFROM a:1\n"))
    assert not asks_for_errors(read("# check=skip=all\nFROM a:1\n"))


def test_check_error_makes_errors_of_buildkits_own_checks() -> None:
    text = "FROM debian\nUSER 1\nCMD a b\n"
    severities = {one.rule.code: one.severity for one in lint_text(f"# check=error=true\n{text}", Settings())}
    assert severities == {"DL3006": Severity.WARNING, "DL3025": Severity.ERROR}
    usual = {one.rule.code: one.severity for one in lint_text(text, Settings())}
    assert usual == {"DL3006": Severity.WARNING, "DL3025": Severity.WARNING}


def test_a_comment_of_hadolint_speaks_of_a_whole_stage() -> None:
    text = "FROM a:1\nWORKDIR x\n{comment}FROM b:1\nUSER 1\nWORKDIR x\nFROM c:1\nUSER 1\nWORKDIR x\n"
    settings = Settings(select=("DL3000",))
    found = lint_text(text.format(comment="# hadolint stage ignore=DL3000\n"), settings)
    assert [finding.start.row for finding in found] == [2, 9]
    assert len(lint_text(text.format(comment="# hadolint ignore=DL3000\n"), settings)) == 3


def test_a_comment_inside_an_instruction_speaks_of_it() -> None:
    assert codes("FROM a:1\nWORKDIR \\\n# gendock: ignore[DL3000] here\n  x\n") == []


def test_a_comment_speaks_of_the_next_instruction_only() -> None:
    assert codes("FROM a:1\n# gendock: ignore[DL3000] once\nWORKDIR x\nWORKDIR y\n") == ["DL3000"]


def test_a_comment_without_an_instruction_below_is_unused() -> None:
    assert codes("FROM a:1\nUSER 1\n# gendock: ignore[DL3000] nothing follows\n") == ["GD091"]


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("FROM a:1\n# gendock: ignore[DL3000] x\nUSER 1\n", "FROM a:1\nUSER 1\n"),
        ("FROM a:1\n# gendock: ignore[] x\nUSER 1\n", "FROM a:1\nUSER 1\n"),
        (
            "FROM a:1\n# gendock: ignore[DL3000, DL3025] x\nWORKDIR y\n",
            "FROM a:1\n# gendock: ignore[DL3000] x\nWORKDIR y\n",
        ),
        (
            "FROM a:1\n# gendock: ignore[DL3025, DL3000] x\nWORKDIR y\n",
            "FROM a:1\n# gendock: ignore[DL3000] x\nWORKDIR y\n",
        ),
    ],
)
def test_unused_names_are_taken_out(text: str, mended: str) -> None:
    from gendock.lint.fix import fix_text

    settings = Settings(select=("DL3000", "DL3025", "GD091"))
    assert fix_text(text, lambda changed: lint_text(changed, settings), unsafe=False).text == mended


def test_a_name_that_no_rule_has_is_said() -> None:
    (finding,) = lint_text("FROM a:1\n# gendock: ignore[DL30000] x\nUSER 1\n", Settings())
    assert finding.message == "no rule is called DL30000"
    assert finding.help == "did you mean DL3000?"


@pytest.mark.parametrize(
    ("comment", "meant"),
    [
        ("# gendock: ingore[DL3000] why", "# gendock: ignore[DL3000] why"),
        ("# gendock: ingore[relative-workdir] why", "# gendock: ignore[relative-workdir] why"),
        ("# gendock: disable DL3000", "# gendock: ignore[DL3000]"),
        ("# gendock: disable=DL3000,DL3025 why", "# gendock: ignore[DL3000,DL3025] why"),
        ("# gendock ignore=DL3000", "# gendock: ignore[DL3000]"),
        ("# gendock ignore[DL3000]", "# gendock: ignore[DL3000]"),
        ("# gendock: ignore DL3000", "# gendock: ignore[DL3000]"),
        ("# gendock: ignore=DL3000", "# gendock: ignore[DL3000]"),
        ("# gendock: ignore: DL3000, DL3025 why", "# gendock: ignore[DL3000, DL3025] why"),
        ("# gendock: ignore relative-workdir", "# gendock: ignore[relative-workdir]"),
        ("# gendock: file-ignore DL3000 why", "# gendock: file-ignore[DL3000] why"),
        ("# gendock: ignore(DL3000) why", "# gendock: ignore[DL3000] why"),
        ("# gendock: ignore {DL3000}", "# gendock: ignore[DL3000]"),
        ("# gendock: ignore, DL3000", "# gendock: ignore[DL3000]"),
        ("# gendock: ignore - DL3000", "# gendock: ignore[DL3000]"),
        ("# gendock: ignore 'DL3000'", "# gendock: ignore[DL3000]"),
        ("# gendock: ignore[DL3000 why", "# gendock: ignore[DL3000] why"),
        ("# gendock: ignore[relative-workdir", "# gendock: ignore[relative-workdir]"),
        ("# gendock: ignore(relative-workdir)", "# gendock: ignore[relative-workdir]"),
        ("# gendock: ignore rule DL3000", None),
        ("# gendock: ignores DL3000", "# gendock: ignore[DL3000]"),
        ("# gendock: ignored", None),
        ("# Gendock: file-ignor[DL3000]", "# gendock: file-ignore[DL3000]"),
        ("# gendock: stage-ignore[DL3000]", None),
        ("# gendock: something", None),
        ("# gendock:", None),
    ],
)
def test_a_word_that_gendock_does_not_know_is_said(comment: str, meant: str | None) -> None:
    from gendock.lint.fix import fix_text

    settings = Settings(select=("GD093", "DL3000"))
    text = f"FROM a:1\n{comment}\nWORKDIR x\n"
    found = lint_text(text, settings)
    assert [one.rule.code for one in found] == ["GD093", "DL3000"]
    assert found[0].help.startswith(f"did you mean `{meant}`" if meant else "write `# gendock: ignore[CODES]")
    fixed = fix_text(text, lambda changed: lint_text(changed, settings), unsafe=False)
    assert fixed.text == (f"FROM a:1\n{meant}\nWORKDIR x\n" if meant else text)
    assert len(fixed.left) == (0 if meant else 2)


@pytest.mark.parametrize("comment", ["# gendock is fine", "# gendock ignores this", "# see gendock: x"])
def test_sentences_about_gendock_are_no_pragmas(comment: str) -> None:
    assert codes(f"FROM a:1\n{comment}\nUSER 1\n", Settings(select=("GD093",))) == []


def test_reasons_can_be_demanded() -> None:
    settings = Settings(ignore=("GD103",), require_reason=True)
    assert codes("FROM a:1\n# gendock: ignore[DL3000]\nWORKDIR x\n", settings) == ["GD092", "DL3000"]
    assert codes("FROM a:1\n# gendock: ignore[DL3000] why\nWORKDIR x\n", settings) == []


def test_pragmas_can_be_switched_off() -> None:
    assert codes(
        "FROM a:1\n# hadolint ignore=all\nWORKDIR x\n", Settings(pragmas=False, ignore=("GD103",))
    ) == ["DL3000"]


def test_added_comments_silence_everything() -> None:
    text = "# syntax=docker/dockerfile:1\r\nFROM debian\r\nWORKDIR \\\r\n  x\r\nCMD a b\r\n"
    silent, count = add_ignore(text, lint_text(text, Settings()), "for now")
    assert count == 4
    assert lint_text(silent, Settings()) == ()
    assert silent.startswith(
        "# syntax=docker/dockerfile:1\r\n# gendock: ignore[DL3006, GD103] for now\r\nFROM debian\r\n"
    )
    assert "\r\n" in silent
    assert silent.replace("\r\n", "").count("\n") == 0


@pytest.mark.parametrize("head", ["\ufeff", "\ufeff# hadolint ignore=DL3007\n"])
def test_an_added_comment_stands_behind_the_byte_order_mark(head: str) -> None:
    text = f"{head}FROM debian\nUSER 1\n"
    silent, _ = add_ignore(text, lint_text(text, Settings()), "")
    assert silent == "\ufeff# gendock: ignore[DL3006]\n" + text[1:]
