"""What holds for every text: no exception, the bytes come back, and peers read the same."""

from __future__ import annotations

import dockerfile as go_parser
import pytest
from hypothesis import given

from gendock.dockerfile import Source, read
from tests.dockerfile.corpus import CORPUS
from tests.dockerfile.strategies import any_dockerfile, contents, valid


@given(contents)
def test_tokens_give_back_the_bytes(content: bytes) -> None:
    file = read(content)
    joined = "".join(token.text for token in file.tokens)
    assert joined.encode("utf-8", "surrogateescape") == content


@pytest.mark.parametrize("name", CORPUS)
def test_what_was_wrong_once_is_read(name: str) -> None:
    file = read(CORPUS[name])
    joined = "".join(token.text for token in file.tokens)
    assert joined.encode("utf-8", "surrogateescape") == CORPUS[name]
    assert all(problem.message and problem.help for problem in file.all_problems)


@given(valid())
def test_a_stage_for_each_from(text: str) -> None:
    file = read(text)
    starts = [one for one in file.instructions if one.name == "FROM"]
    assert [stage.start for stage in file.stages] == starts
    assert sum(stage.is_final for stage in file.stages) == 1


@given(any_dockerfile)
def test_every_place_is_inside_the_text(text: str) -> None:
    file = read(text)
    for problem in (*file.all_problems, *file.problems_for({})):
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
    assert sum(len(stage.instructions) + 1 for stage in file.stages) <= len(file.instructions)
    for instruction in file.instructions:
        for word in instruction.words:
            assert instruction.span.start <= word.span.start <= word.span.end <= instruction.span.end
        assert file.source.position(instruction.span.start).column >= 1


@given(any_dockerfile.map(lambda body: f"FROM a\n{body}"))
def test_buildkits_parser_finds_the_same_instructions(text: str) -> None:
    """The PyPI package holds BuildKit's parser of 2024; what it refuses it does not read, and is left out."""
    try:
        expected = go_parser.parse_string(text)
    except go_parser.GoParseError:
        return
    ours = read(text)
    assert [one.keyword.text.upper() for one in ours.instructions] == [
        (one.cmd or "").upper() for one in expected
    ]
    rows = [ours.source.position(one.span.start).row for one in ours.instructions]
    assert rows == [one.start_line for one in expected]


@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
def test_rows_and_columns_are_those_of_an_editor(ending: str) -> None:
    source = Source.of(f"\ufeffFROM ä\n  wörd{ending}")
    assert source.position(source.text.index("ä")) == (1, 6)
    assert source.position(source.text.index("wörd")) == (2, 3)
    assert source.line(1) == "FROM ä"
    assert source.line(2) == "  wörd"
