"""BuildKit's own comments, `# check=skip=...;error=...;experimental=...`: what BuildKit makes of them."""

from __future__ import annotations

import pytest

from gendock.dockerfile import read
from gendock.lint import Settings, lint_text
from gendock.lint.buildkit_checks import CheckOptions, read_check_options
from gendock.lint.pragmas import asks_for_errors, experiments_of

OPTIONS = {
    "": CheckOptions(),
    "skip=A": CheckOptions(skip=("A",)),
    "skip= A,B": CheckOptions(skip=("",)),
    "skip=A,B;error=true": CheckOptions(skip=("A", "B"), error=True),
    "error=1": CheckOptions(error=True),
    "error=F": CheckOptions(),
    "skip=all;experimental=all": CheckOptions(skip=("all",), experimental=("all",)),
    "skip=A,all": CheckOptions(skip=("A",)),
    "error=maybe": None,
    "skip": None,
    "Skip=A": None,
    "skip=A;error=true;experimental=B;skip=C": CheckOptions(
        skip=("A",), error=True, experimental=("B;skip=C",)
    ),
}


@pytest.mark.parametrize("value", OPTIONS)
def test_options(value: str) -> None:
    assert read_check_options(value) == OPTIONS[value]


@pytest.mark.parametrize(
    ("text", "silent"),
    [
        ("# check=skip=WorkdirRelativePath\nFROM a:1\nWORKDIR x\n", True),
        ("# check=skip=all\nFROM a:1\nWORKDIR x\n", True),
        ("#check = skip=A,WorkdirRelativePath\nFROM a:1\nWORKDIR x\n", True),
        ("# check=skip=workdirrelativepath\nFROM a:1\nWORKDIR x\n", False),
        ("# check=skip=A, WorkdirRelativePath\nFROM a:1\nWORKDIR x\n", False),
        (" # check=skip=all\nFROM a:1\nWORKDIR x\n", False),
        ("FROM a:1\n# check=skip=all\nWORKDIR x\n", True),
        ("FROM a:1\n# check=skip=all\n\nWORKDIR x\n", True),
        ("FROM a:1\n# check=skip=all\n#\nWORKDIR x\n", False),
        ("FROM a:1\n  # check=skip=all\nWORKDIR x\n", False),
        ("FROM a:1\n# words\n# check=skip=all\nWORKDIR x\n", True),
        ("FROM a:1\n# check=error=true\n# check=skip=all\nWORKDIR x\n", False),
        ("FROM a:1\n# check=nonsense\n# check=skip=all\nWORKDIR x\n", False),
        ("FROM a:1\nWORKDIR \\\n# check=skip=all\n  x\n", False),
        ("FROM a:1\n# check=skip=all\nUSER 1\nWORKDIR x\n", False),
    ],
)
def test_skipping(text: str, *, silent: bool) -> None:
    assert (lint_text(text, Settings(select=("DL3000",))) == ()) is silent


def test_all_is_all_of_buildkits_checks() -> None:
    text = "# check=skip=all\nFROM debian\nWORKDIR x\n"
    assert [one.rule.code for one in lint_text(text, Settings(select=("DL3000", "DL3006")))] == ["DL3006"]


@pytest.mark.parametrize("value", ["true", "1", "t", "T", "TRUE", "True"])
def test_errors(value: str) -> None:
    assert asks_for_errors(read(f"# check=error={value}\nFROM a:1\n"))
    assert not asks_for_errors(read(f"FROM a:1\n# check=error={value}\nUSER 1\n"))


@pytest.mark.parametrize("value", ["all", "A,InvalidDefinitionDescription", "InvalidDefinitionDescription"])
def test_experiments(value: str) -> None:
    assert experiments_of(read(f"# check=experimental={value}\nFROM a:1\n")) == (
        ("InvalidDefinitionDescription", None),
    )
    assert len(experiments_of(read(f"FROM a:1\n# check=experimental={value}\nUSER 1\n"))) == 1
    assert experiments_of(read("# check=experimental=A\nFROM a:1\n")) == ()
