"""What the reader finds wrong, where, and that it reads on."""

from __future__ import annotations

import pytest

from gendock.dockerfile import Cmd, Copy, From, Healthcheck, Onbuild, Run, Workdir, read
from gendock.dockerfile import ProblemKind as Kind

REFUSED = [
    # (Dockerfile, what is wrong with it, row, column, end column)
    ("", Kind.EMPTY_FILE, 1, 1, 1),
    ("# only this\n", Kind.EMPTY_FILE, 1, 1, 1),
    ("ARG A=1\n", Kind.NO_STAGE, 1, 1, 4),
    ("COPY a b\nCMD a\n", Kind.NO_STAGE, 1, 1, 5),
    ("WORKDIR /a\nFROM b\n", Kind.BEFORE_STAGE, 1, 1, 8),
    ("FROM a\nWROKDIR /a\n", Kind.UNKNOWN_INSTRUCTION, 2, 1, 8),
    ('FROM a\nCMD["b"]\n', Kind.UNKNOWN_INSTRUCTION, 2, 1, 9),
    ("FROM\n", Kind.MISSING_ARGUMENT, 1, 1, 5),
    ("FROM a b\n", Kind.EXTRA_ARGUMENT, 1, 8, 9),
    ("FROM a AS b c\n", Kind.EXTRA_ARGUMENT, 1, 13, 14),
    ("FROM a # why\n", Kind.EXTRA_ARGUMENT, 1, 8, 13),
    ("FROM a\ngo build .\n", Kind.UNKNOWN_INSTRUCTION, 2, 1, 3),
    ("FROM a AS 1\n", Kind.STAGE_NAME, 1, 11, 12),
    ("FROM a\nCOPY *.mod./\n", Kind.MISSING_ARGUMENT, 2, 6, 13),
    ("FROM a\nCOPY \\\n  # why\n  x\n", Kind.MISSING_ARGUMENT, 4, 3, 4),
    ("FROM a\nCOPY --form=b c /d\n", Kind.UNKNOWN_FLAG, 2, 6, 12),
    ("FROM a\nCOPY --link=x c /d\n", Kind.FLAG_VALUE, 2, 13, 14),
    ("FROM a\nCOPY --from c /d\n", Kind.FLAG_VALUE, 2, 6, 12),
    ("FROM a\nCOPY --chown=1 --chown=2 c /d\n", Kind.DUPLICATE_FLAG, 2, 16, 25),
    ("FROM a\nRUN --network=wifi true\n", Kind.FLAG_VALUE, 2, 15, 19),
    ("FROM a\nCMD [1]\n", Kind.JSON_NOT_STRINGS, 2, 5, 8),
    ("FROM a\nSHELL bash\n", Kind.JSON_REQUIRED, 2, 7, 11),
    ("FROM a\nRUN <<EOF\nb\n", Kind.UNTERMINATED_HEREDOC, 2, 5, 10),
    ("FROM a\nCOPY x <<EOF\nb\nEOF\n", Kind.HEREDOC_DESTINATION, 2, 8, 13),
    ("FROM a\nENV A\n", Kind.MALFORMED_PAIR, 2, 5, 6),
    ("FROM a\nENV A=1 B\n", Kind.MALFORMED_PAIR, 2, 9, 10),
    ("FROM a\nLABEL =x\n", Kind.BLANK_NAME, 2, 7, 9),
    ("FROM a\nARG =x\n", Kind.BLANK_NAME, 2, 5, 7),
    ("FROM a\nONBUILD FROM b\n", Kind.ONBUILD_TRIGGER, 2, 9, 13),
    ("FROM a\nHEALTHCHECK curl x\n", Kind.HEALTHCHECK_FORM, 2, 13, 17),
    ("FROM a\nHEALTHCHECK CMD\n", Kind.HEALTHCHECK_FORM, 2, 13, 16),
    ("FROM a\nHEALTHCHECK NONE x\n", Kind.HEALTHCHECK_FORM, 2, 18, 19),
    ("FROM a\nHEALTHCHECK --interval=5 CMD x\n", Kind.DURATION, 2, 24, 25),
    ("FROM a\nHEALTHCHECK --retries=x CMD x\n", Kind.RETRIES, 2, 23, 24),
    ('FROM a\nVOLUME [""]\n', Kind.EMPTY_VOLUME, 2, 9, 11),
    ("# escape=x\nFROM a\n", Kind.DIRECTIVE, 1, 10, 11),
    ("# escape=`\n# escape=`\nFROM a\n", Kind.DIRECTIVE, 2, 1, 11),
    ("\x7fELF\0\0\n", Kind.NOT_TEXT, 1, 5, 6),
    ("FROM a\n\tWROKDIR /a", Kind.UNKNOWN_INSTRUCTION, 2, 2, 9),
    ("\ufeffFORM a\n", Kind.UNKNOWN_INSTRUCTION, 1, 1, 5),
]

ACCEPTED = [
    "FROM a\nARG --what=ever b\n",
    "FROM a\nSTOPSIGNAL --what SIGTERM\n",
    "FROM a\nHEALTHCHECK NONE\n",
    'FROM a\nCOPY ["a b", "/c"]\n',
    'FROM a\nCMD ["a" b]\n',
    "FROM a\nENV A b c = d\n",
    "FROM a\nONBUILD COPY x\n",
    "FROM a\nRUN \\\n\n # c\n\n  true\n",
    "FROM a\nRUN echo it's <<EOF\n",
    "FROM a\nEXPOSE 8080/tcp\n",
    "\ufeff# escape=`\r\nFROM a\r\nRUN dir `\r\n  c:\\\r\n",
    "FROM a\n# a comment with a \0\n",
]


@pytest.mark.parametrize(("text", "kind", "row", "column", "end_column"), REFUSED)
def test_a_mistake_is_found_at_its_word(
    text: str, kind: Kind, row: int, column: int, end_column: int
) -> None:
    file = read(text)
    (problem,) = (
        found for found in file.all_problems if found.kind is not Kind.NO_STAGE or kind is found.kind
    )
    start, end = file.source.position(problem.span.start), file.source.position(problem.span.end)
    assert (problem.kind, tuple(start), tuple(end)) == (kind, (row, column), (row, end_column))
    assert problem.message
    assert problem.help


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_buildkit_accepts_is_no_mistake(text: str) -> None:
    assert read(text).all_problems == ()


# An open heredoc rightly swallows what follows, and a binary file is not read at all.
READ_ON = [case[0] for case in REFUSED if case[1] not in (Kind.NOT_TEXT, Kind.UNTERMINATED_HEREDOC)]


@pytest.mark.parametrize("text", READ_ON)
def test_reading_goes_on_behind_a_mistake(text: str) -> None:
    before = "" if "FROM" in text else "FROM first\n"
    file = read(text + ("" if text.endswith("\n") or not text else "\n") + before + "WORKDIR /last\n")
    last = file.instructions[-1]
    assert isinstance(last, Workdir)
    assert last.value.text == "/last"


def test_every_word_has_its_place() -> None:
    text = (
        'FROM --platform=linux/amd64 a AS b\nCOPY --chown=1 \\\n  # c\n  ["x y", "/z"]\nCMD echo \\\n  hi\n'
    )
    start, copy, command = read(text).instructions
    assert isinstance(start, From)
    assert start.alias
    assert isinstance(copy, Copy)
    assert isinstance(command, Cmd)
    source = read(text).source
    assert source.slice(start.flags[0].span) == "--platform=linux/amd64"
    assert source.slice(start.alias.span) == "b"
    assert [(word.text, source.slice(word.span)) for word in copy.words] == [("x y", '"x y"'), ("/z", '"/z"')]
    assert command.command.words[0].text == "echo   hi"
    assert source.slice(command.command.span) == "echo \\\n  hi"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("--a\u0085b c", "a\udcc2"),
        ("--a\\\u0085b c", "a\udcc2"),
        ("--a\\\udc85b c", "a\udc85b"),
        ("--a\\", "a"),
    ],
)
def test_bytes_that_end_a_flag(written: str, name: str) -> None:
    """BuildKit reads a flag byte by byte, and an escape takes the next byte alone."""
    (_, instruction) = read(f"FROM a\nRUN {written}\n".encode("utf-8", "surrogateescape")).instructions
    assert [flag.name for flag in instruction.flags] == [name]


def test_heredocs_are_read_with_their_text_and_their_quotes() -> None:
    file = read("FROM a\nRUN cat <<one && cat <<-'two'\n$1\none\n\tb\n\ttwo\nCOPY <<x <<y /\nX\nx\nY\ny\n")
    run, copy = file.instructions[1:]
    assert isinstance(run, Run)
    assert [(doc.name, doc.heredoc.expand, doc.text) for doc in run.heredocs] == [
        ("one", True, "$1\n"),
        ("two", False, "\tb\n"),
    ]
    assert isinstance(copy, Copy)
    assert [doc.text for doc in copy.heredocs] == ["X\n", "Y\n"]
    assert [word.text for word in copy.sources] == ["<<x", "<<y"]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("FROM a\nRUN b \\\n  && c\nUSER 1\n", [(1, 1), (2, 3), (4, 4)]),
        ("FROM a\nRUN b \\\n# why\n\n  && c\n\n", [(1, 1), (2, 5)]),
        ("FROM a\nRUN <<E\nb\nE\n\nUSER 1", [(1, 1), (2, 4), (6, 6)]),
        ("FROM a\nRUN b \\\n\n# why\n", [(1, 1), (2, 4)]),
        ("FROM a\nRUN b \\\n \t", [(1, 1), (2, 3)]),
    ],
)
def test_an_instruction_ends_behind_all_that_continues_it(text: str, rows: list[tuple[int, int]]) -> None:
    file = read(text)
    spans = [one.span for one in file.instructions]
    position = file.source.position
    assert [(position(span.start).row, position(span.end).row) for span in spans] == rows


def test_a_trigger_is_an_instruction_of_its_own() -> None:
    (_, onbuild) = read("FROM a\nONBUILD COPY x /y\n").instructions
    assert isinstance(onbuild, Onbuild)
    assert isinstance(onbuild.trigger, Copy)
    assert onbuild.trigger.destination.text == "/y"


def test_healthcheck_has_its_command_in_both_forms() -> None:
    _, one, other = read('FROM a\nHEALTHCHECK CMD ["a", "b"]\nHEALTHCHECK cmd a b\n').instructions
    assert isinstance(one, Healthcheck)
    assert isinstance(other, Healthcheck)
    assert one.command
    assert other.command
    assert ([word.text for word in one.command.words], one.command.exec_form) == (["a", "b"], True)
    assert ([word.text for word in other.command.words], other.command.exec_form) == (["a b"], False)
