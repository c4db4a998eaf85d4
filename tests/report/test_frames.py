"""Carets stand under the words that are meant, whatever the line is made of."""

from __future__ import annotations

import pytest

from gendock.report.frames import MarkedLine, frame

CASES = [
    pytest.param("RUN x", 5, 6, "RUN x", "    ^", id="plain"),
    pytest.param("\tRUN x", 6, 7, "    RUN x", "        ^", id="a tab is four columns"),
    pytest.param("RUN 漢字 x", 5, 7, "RUN 漢字 x", "    ^^^^", id="wide characters are two columns"),
    pytest.param("RUN e\u0301 x", 8, 9, "RUN e\u0301 x", "      ^", id="a combining accent is none"),
    pytest.param("RUN \x1b[31m x", 11, 12, "RUN \\e[31m x", "           ^", id="an escape is shown"),
    pytest.param("RUN", 4, 4, "RUN", "   ^", id="behind the end"),
    pytest.param("R" * 200, 1, 4, "R" * 71 + " ...", "^^^", id="the end of a long line is cut"),
    pytest.param(
        "R" * 100 + "XYZ" + "R" * 100, 101, 104, None, None, id="a long line is cut around its marks"
    ),
]


@pytest.mark.parametrize(("text", "start", "end", "shown", "marks"), CASES)
def test_marks(text: str, start: int, end: int, shown: str | None, marks: str | None) -> None:
    _, line, below = frame([MarkedLine(7, text, start, end)], gutter=2, width=80)
    assert len(line) <= 80
    if shown is None or marks is None:
        at = below.index("^")
        assert line[at : at + 3] == "XYZ"
        assert below.strip(" |") == "^^^"
    else:
        assert (line, below) == (f" 7 | {shown}", f"   | {marks}")


def test_of_many_lines_the_first_and_the_last_are_shown() -> None:
    lines = [MarkedLine(row, f"line {row}", 1, 5) for row in range(1, 20)]
    drawn = frame(lines, gutter=2, width=80)
    assert drawn[-3:] == ["... |", "19 | line 19", "   | ^^^^"]
    assert len(drawn) == 14
