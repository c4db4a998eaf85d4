"""No value of a repository can break a file or add a line to it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pytest
from e2b_dockerfile_utils import PatternMatcher, ShellLex, parse_dockerfile_ast
from hypothesis import assume, given
from hypothesis import strategies as st

from gendock.errors import RefusedError
from gendock.generate import escaping
from gendock.generate.render import render

hostile = st.one_of(
    st.text(),
    st.text("ab$`'\"\\\n\r\t #!{}()<>*?[];&|~=:,/.-"),
    st.sampled_from(
        ("$(id)", "`id`", "a\nRUN id", "${HOME}", "--from=x", "a b", "<<EOF", '"]', "\\", "#a", "..")
    ),
)


def _instructions(text: str) -> list[str]:
    return [instruction.name.upper() for instruction in parse_dockerfile_ast(text).instructions]


@given(hostile)
def test_a_word_of_a_build_step(path: str) -> None:
    try:
        word = escaping.path_word(path, "package")
    except RefusedError as error:
        assert "\n" not in str(error)  # noqa: PT017 - any text may be refused, or not
        return
    assert re.fullmatch(r"[A-Za-z0-9._~+@=/-]+", word)
    assert not word.startswith(("-", "/"))


@given(hostile, hostile)
def test_a_copied_path_is_copied_and_nothing_else(source: str, target: str) -> None:
    try:
        words = escaping.copy_arguments(source, target)
    except RefusedError:
        return
    assume(source and target)
    assert _instructions(f"FROM a\nCOPY {words}\nUSER 1\n") == ["FROM", "COPY", "USER"]
    lex = ShellLex("\\", env={"HOME": "/x", "a": "b"}, skip_unset_env=False)
    pattern, copied_to = [lex.process_word(word) for word in _arguments(words)]
    assert copied_to == target
    assert not re.search(r"(?<!\\)(?:\\\\)*[*?\[]", pattern)
    assert re.sub(r"\\(.)", r"\1", pattern) == source


def _arguments(words: str) -> list[str]:
    (instruction,) = parse_dockerfile_ast(f"COPY {words}\n").instructions
    return list(instruction.args)


@given(hostile)
def test_an_entrypoint(name: str) -> None:
    words = escaping.exec_form(f"/usr/local/bin/{escaping.binary_name(name)}")
    text = f"FROM a\nENTRYPOINT {words}\nUSER 1\n"
    assert _instructions(text) == ["FROM", "ENTRYPOINT", "USER"]
    (name_used,) = json.loads(words)
    assert re.fullmatch(r"/usr/local/bin/[A-Za-z0-9_][A-Za-z0-9._-]*", name_used)


@given(st.lists(hostile, max_size=6))
def test_stage_names_are_all_different(names: list[str]) -> None:
    taken: list[str] = []
    for name in names:
        taken.append(escaping.stage_name(name, taken))
    assert len(set(taken)) == len(taken)
    assert all(re.fullmatch(r"[a-z][a-z0-9._-]*", name) for name in taken)
    assert not {"scratch", "context", "build"}.intersection(taken)


@given(hostile)
def test_a_comment_stays_one(text: str) -> None:
    assert _instructions(f"# {escaping.comment(text)}\nFROM a\n") == ["FROM"]


@given(st.lists(hostile, min_size=1, max_size=3).map("/".join))
def test_an_ignored_path_is_that_path(path: str) -> None:
    assume(all(part not in {"", ".", ".."} for part in path.split("/")))
    try:
        pattern = escaping.ignore_pattern(path)
    except RefusedError:
        return
    assert "\n" not in pattern
    matcher = PatternMatcher([pattern])
    assert matcher.matches(path)
    assert not matcher.matches(f"x{path}")


@given(hostile)
def test_images_and_identifiers(text: str) -> None:
    for place in (escaping.image, escaping.identifier):
        try:
            placed = place(text)
        except RefusedError:
            continue
        assert re.fullmatch(r"[A-Za-z0-9._/:@$-]+", placed)


def test_a_template_prints_nothing_that_is_made_for_no_place() -> None:
    with pytest.raises(TypeError, match="made for no place"):
        render("dockerfile/download.jinja", step=_Step(("go.mod\nRUN id",)))


@dataclass(frozen=True)
class _Step:
    mounts: tuple[str, ...]
    copies: tuple[str, ...] = ()


@given(hostile)
def test_a_quoted_value_is_that_value(value: str) -> None:
    try:
        written = escaping.quoted(value)
    except RefusedError as error:
        assert "\n" not in str(error)  # noqa: PT017 - any text may be refused, or not
        return
    lex = ShellLex("\\", env={"HOME": "/x", "a": "b"}, skip_unset_env=False)
    assert lex.process_word(written) == value
    assert _instructions(f"FROM a\nLABEL x={written}\nENV y={written}\nUSER 1\n") == [
        "FROM", "LABEL", "ENV", "USER",
    ]  # fmt: skip


@given(hostile)
def test_a_bare_value_of_a_variable_is_that_value(value: str) -> None:
    try:
        written = escaping.setting(value)
    except RefusedError:
        return
    lex = ShellLex("\\", env={"HOME": "/x", "a": "b"}, skip_unset_env=False)
    assert lex.process_word(written) == value
    assert _instructions(f"FROM a\nENV y={written}\nUSER 1\n") == ["FROM", "ENV", "USER"]


@given(hostile)
def test_the_name_of_a_package_and_an_import_path_are_plain_words(name: str) -> None:
    for place in (escaping.package_name, escaping.import_path):
        try:
            word = place(name)
        except RefusedError:
            continue
        assert re.fullmatch(r"[A-Za-z0-9_~.+/-]+", word)
