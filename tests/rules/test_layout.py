"""Layout: what is said, and that no fix of it changes what BuildKit reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.dockerfile import read
from gendock.lint import Applicability, Settings, lint_text, registry
from gendock.lint.fix import fix_text
from gendock.lint.sameness import reads_the_same, signature
from tests.buildkit.check_examples import FILES
from tests.buildkit.examples import EXAMPLES
from tests.buildkit.generate import dockerfiles

LAYOUT = Settings(select=("GD4",))
GOLDEN = sorted((Path(__file__).parents[1] / "generate" / "golden").glob("*/Dockerfile"))
PAGES = [one.dockerfile for rule in registry().rules for pair in rule.page.examples for one in pair if one]


def mended(text: str, *codes: str) -> str:
    settings = Settings(select=codes) if codes else LAYOUT
    return fix_text(text, lambda changed: lint_text(changed, settings), unsafe=False).text


TEXTS = {
    "GD401": {
        "FROM a": "FROM a\n",
        "FROM a\r\nRUN b": "FROM a\r\nRUN b\r\n",
        "FROM a\n": "FROM a\n",
        "": "",
    },
    "GD402": {
        "FROM a  \n# b \nRUN c \t\n  \nRUN d": "FROM a\n# b\nRUN c\n\nRUN d",
        "FROM a \r\nRUN b \\ \r\n  c\r\n": "FROM a\r\nRUN b \\\r\n  c\r\n",
        "FROM a\nRUN <<E \nb \nE\nRUN c \n": "FROM a\nRUN <<E\nb \nE\nRUN c\n",
        "FROM a\nRUN b \\\\ \n": "FROM a\nRUN b \\\\\n",
    },
    "GD403": {
        "FROM  a  AS\t\tb\n": "FROM a AS b\n",
        'FROM a\nENV A="b  c"  D=e\\  F=g\n': 'FROM a\nENV A="b  c" D=e\\  F=g\n',
        "FROM a\nENV A  b  c\n": "FROM a\nENV A b  c\n",
        "FROM a\nRUN  b  'c  d'  &&  e  \"f  g\"\n": "FROM a\nRUN b 'c  d' && e \"f  g\"\n",
        "FROM a\nRUN b    \\\n  c  d\n": "FROM a\nRUN b    \\\n  c d\n",
        "FROM a\nRUN b \\\n  # c  d\n  e  f\n": "FROM a\nRUN b \\\n  # c  d\n  e f\n",
        "FROM a\nCMD b  c\n": "FROM a\nCMD b  c\n",
        'FROM a\nCMD  ["b",  "c  d"]\n': 'FROM a\nCMD ["b", "c  d"]\n',
        "FROM a\nRUN <<E\nb  c\nE\n": "FROM a\nRUN <<E\nb  c\nE\n",
        "FROM a\nWORKDIR  /b  c\n": "FROM a\nWORKDIR /b  c\n",
        "FROM a\nRUN b $(c  d) `e  f`\n": "FROM a\nRUN b $(c  d) `e  f`\n",
    },
    "GD404": {
        "\n\nFROM a\n\n\n\nRUN b\n\n": "FROM a\n\nRUN b\n",
        "FROM a\r\n\r\n\r\nRUN b\r\n": "FROM a\r\n\r\nRUN b\r\n",
        "FROM a\nRUN <<E\n\n\n\nE\n\n\nUSER b\n": "FROM a\nRUN <<E\n\n\n\nE\n\nUSER b\n",
        "FROM a\nRUN b \\\n\n\n\n  c\n": "FROM a\nRUN b \\\n\n\n\n  c\n",
        "\n# escape=`\nFROM a\n": "\n# escape=`\nFROM a\n",
    },
    "GD405": {
        "FROM a\nRUN b\n\nRUN c\n# d\nUSER e\n": "FROM a\n\nRUN b\nRUN c\n\n# d\nUSER e\n",
        "FROM a\r\nRUN b\r\n": "FROM a\r\n\r\nRUN b\r\n",
        "FROM a\n\nRUN b\n\n# c\nRUN d\n": "FROM a\n\nRUN b\n\n# c\nRUN d\n",
        "FROM a\nRUN <<E\nE\nUSER b": "FROM a\n\nRUN <<E\nE\n\nUSER b",
    },
    "GD406": {
        "FROM a\nRUN b && c || d\n": "FROM a\nRUN b \\\n    && c \\\n    || d\n",
        "FROM a\nRUN b; c\n": "FROM a\nRUN b; c\n",
        "FROM a\nRUN (b && c)\n": "FROM a\nRUN (b && c)\n",
        "FROM a\nRUN b 'c && d'\n": "FROM a\nRUN b 'c && d'\n",
        "FROM a\nRUN <<E && c\nE\n": "FROM a\nRUN <<E && c\nE\n",
        "# escape=`\nFROM a\nRUN b && c\n": "# escape=`\nFROM a\nRUN b `\n    && c\n",
        "FROM a\nRUN --mount=target=/a --mount=target=/b c\n": (
            "FROM a\nRUN --mount=target=/a \\\n    --mount=target=/b c\n"
        ),
        "FROM a\nLABEL b c\n": "FROM a\nLABEL b c\n",
    },
    "GD407": {
        " FROM a\n  RUN b\n  USER c\nRUN d\n": "FROM a\n  RUN b\n  USER c\n  RUN d\n",
        "FROM a\n\tRUN <<-E\n\tE\nRUN b\nRUN c\n": "FROM a\nRUN <<-E\n\tE\nRUN b\nRUN c\n",
    },
    "GD408": {
        "FROM a\nCMD b\n# c\nENTRYPOINT d": "FROM a\n# c\nENTRYPOINT d\nCMD b\n",
        "FROM a\nCMD b\nUSER c\nUSER d": "FROM a\nUSER c\nUSER d\nCMD b\n",
        "FROM a\nCMD b\nCMD c\nUSER d\n": "FROM a\nCMD b\nCMD c\nUSER d\n",
        'FROM a\nCMD b\nSHELL ["c"]\n': 'FROM a\nCMD b\nSHELL ["c"]\n',
        "FROM a AS b\nCMD c\nUSER d\nFROM b\nUSER e\n": "FROM a AS b\nCMD c\nUSER d\nFROM b\nUSER e\n",
        "FROM a\nCMD b\nUSER c\nFROM d\nUSER e\n": "FROM a\nUSER c\nCMD b\nFROM d\nUSER e\n",
    },
}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in TEXTS.items() for text in texts])
def test_mended(code: str, text: str) -> None:
    assert mended(text, code) == TEXTS[code][text]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.parent.name)
def test_what_init_writes(path: Path) -> None:
    """The blank lines and chains that gendock writes are another taste."""
    own = Settings(select=("GD4",), ignore=("GD405", "GD406", "GD409"))
    assert lint_text(path.read_text(), own) == ()


def without_order(text: str) -> list[str]:
    """Return what BuildKit takes from a file; GD408 changes the order of some instructions."""
    return sorted(map(repr, signature(read(text))))


def test_nothing_changes() -> None:
    """Layout is mended in thousands of files, and each is the same for BuildKit."""
    generated = [one.decode("utf-8", "surrogateescape") for one in dockerfiles(3000, seed=5)]
    changed = 0
    for text in (*EXAMPLES, *FILES, *PAGES, *generated):
        after = mended(text)
        changed += after != text
        assert without_order(after) == without_order(text), (text, after)
    assert changed > 1000


def test_json_is_laid_out_where_it_says_the_same() -> None:
    settings = Settings(select=("GD410",))
    for body, fires in {
        '{"a": 1}': True,
        "{}": False,
        '{"a": 1, "a": 2}': False,
        '{"a": 1.0}': False,
        '{"a": "$b"}': False,
        "[1,": False,
        "12": False,
    }.items():
        found = lint_text(f"FROM a\nCOPY <<E /b.json\n{body}\nE\n", settings)
        assert bool(found) is fires, body
        assert all(one.fix and one.fix.applicability is Applicability.UNSAFE for one in found)
    assert lint_text("FROM a\nCOPY <<-E /b.json\n\t{}\n\tE\n", settings) == ()
    assert lint_text('FROM a\nCOPY <<E /b.yaml\n{"a": 1}\nE\n', settings) == ()  # fmt: skip


def test_reads_the_same() -> None:
    assert reads_the_same("COPY  a b", "COPY a b", "\\")
    assert not reads_the_same("RUN a  b", "RUN a b", "\\")
    assert not reads_the_same("ENV A b  c", "ENV A b c", "\\")


@pytest.mark.parametrize(
    ("lines", "swallowed"),
    [
        ("RUN touch /a \\\n\nUSER 65532", "USER on line 4"),
        ("RUN touch /a \\\n\n# Who runs it.\n\n  # Not root.\nUSER 65532", "USER on line 7"),
        ("RUN touch /a && \\\n\n# Then b.\n    touch /b", ""),
        ("RUN touch /a && \\\n\n    USER=b touch /b", ""),
        ("HEALTHCHECK --interval=5s \\\n\n    CMD touch /a", ""),
        ("HEALTHCHECK CMD touch \\\n\nRUN touch /a", "RUN on line 4"),
    ],
)
def test_what_a_backslash_above_a_blank_line_swallows(lines: str, swallowed: str) -> None:
    (finding,) = lint_text(f"FROM debian:12\n{lines}\n", Settings(select=("GD112",)))
    assert (f"makes {swallowed} part of this" in finding.message) is bool(swallowed)
