"""Directives that are none, and triggers and arrays that cannot be read."""

from __future__ import annotations

import pytest

from gendock.lint import Settings, lint_text


def found(text: str, *codes: str) -> list[str]:
    return [one.rule.code for one in lint_text(text, Settings(select=codes))]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("# syntax=docker/dockerfile:1\nFROM a\n", []),
        ("# SYNTAX=docker/dockerfile:1\nFROM a\n", ["GD124"]),
        ("# synatx=docker/dockerfile:1\nFROM a\n", ["GD125"]),
        ("# sintax = docker/dockerfile:1\nFROM a\n", ["GD125"]),
        ("# escpae=`\nFROM a\n", ["GD125"]),
        ("# chek=skip=all\nFROM a\n", ["GD125"]),
        ("# syntx of this file: none\nFROM a\n", []),
        ("# syntax=docker/dockefile:1.7\nFROM a\n", ["GD125"]),
        ("# syntax=docker/dockerfile-upstream:master\nFROM a\n", []),
        ("# syntax=ghcr.io/me/dockerfile:1\nFROM a\n", []),
        ("# syntax=tonistiigi/dockerfile:1\nFROM a\n", []),
        ("# words\n# syntax=docker/dockerfile:1\nFROM a\n", ["GD128"]),
        ("\n# syntax=docker/dockerfile:1\nFROM a\n", ["GD128"]),
        ("FROM a\n# escape=`\nRUN b\n", ["GD128"]),
        ("# syntax=docker/dockerfile:1\nFROM a\n# syntax=docker/dockerfile:1\n", []),
        ("FROM a\n# check=skip=all\nRUN b\n", []),
        ("FROM a\n# escape=no\nRUN b\n", []),
    ],
)
def test_directives(text: str, codes: list[str]) -> None:
    assert found(text, "GD124", "GD125", "GD128") == codes


@pytest.mark.parametrize(
    ("line", "fires"),
    [
        ("RUN ['a', 'b']", True),
        ("RUN [ 'a' ]", True),
        ('RUN ["a", "b",]', True),
        ('RUN ["a", "b"]', False),
        ("RUN [ -f a ]", False),
        ("RUN [ -f a ] && b", False),
        ("RUN [ a = b ]", False),
        ("RUN [[ a ]]", False),
        ("VOLUME ['/a']", True),
        ("VOLUME [/a, /b]", True),
        ('VOLUME ["/a"]', False),
        ('VOLUME ["/a", ""]', False),
        ("VOLUME /a", False),
        ("COPY ['a', 'b']", True),
        ('COPY ["[a", "b"]', False),
        ("COPY [a]b c", False),
        ("HEALTHCHECK CMD ['a']", True),
        ("ONBUILD VOLUME ['/a']", True),
        ("RUN <<E\n['a']\nE", False),
    ],
)
def test_arrays(line: str, *, fires: bool) -> None:
    assert (found(f"FROM a\n{line}\n", "GD126") == ["GD126"]) is fires


@pytest.mark.parametrize(
    ("line", "fires"),
    [
        ("ONBUILD RUNN a", True),
        ("ONBUILD COPY a", True),
        ("ONBUILD COPY a b", False),
        ("ONBUILD ENV A", False),
        ("ONBUILD SHELL a", True),
    ],
)
def test_triggers(line: str, *, fires: bool) -> None:
    assert (found(f"FROM a\n{line}\n", "GD127") == ["GD127"]) is fires
