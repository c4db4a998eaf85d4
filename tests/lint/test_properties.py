"""What holds for every text: all rules answer, and what --fix writes can be read again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gendock.dockerfile import KEYWORDS
from gendock.lint import Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.report.formats import NAMES, Around, written
from gendock.report.lint_text import full
from gendock.report.paths import Folders

LINES = st.tuples(
    st.sampled_from([*KEYWORDS, "FORM", "CMD[", ""]),
    st.lists(
        st.sampled_from(
            ["a", "b:1", "./x", "--from=a", '["a"]', "AS", "c", "<<E", "\\\n", "go build", "&&", "é\t"]
        )
    ),
).map(lambda parts: " ".join((parts[0], *parts[1])))
dockerfiles = st.lists(LINES | st.text(max_size=6), max_size=8).map("\n".join)


@given(dockerfiles)
def test_every_finding_can_be_shown(text: str) -> None:
    findings = lint_text(text, Settings())
    assert (full(findings, width=80, colour=True) == "") == (not findings)
    around = Around(["Dockerfile"], Folders("/src", "/src"), 80, colour=False)
    for name in NAMES:
        written(name, findings, around).encode("utf-8")


@given(dockerfiles)
def test_fixes_leave_nothing_that_they_could_mend(text: str) -> None:
    def lint(changed: str) -> tuple:  # type: ignore[type-arg]
        return lint_text(changed, Settings())

    once = fix_text(text, lint, unsafe=False)
    assert fix_text(once.text, lint, unsafe=False).text == once.text
