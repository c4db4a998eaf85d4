"""docs/rules/ is made from the rules; `pytest tests/report --accept` makes it anew."""

from __future__ import annotations

from pathlib import Path

from gendock.lint import registry
from gendock.lint.rule import Subject
from gendock.report.rules import index, page, shellcheck_page

FOLDER = Path(__file__).parents[2] / "docs" / "rules"
RULES = registry().rules
PAGES = {f"{rule.code}.md": page(rule) for rule in RULES if rule.subject is not Subject.REMARK} | {
    "README.md": index(RULES),
    "SC.md": shellcheck_page(RULES),
}


def test_the_pages_are_those_of_the_rules(*, accepting: bool) -> None:
    if accepting:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for path in FOLDER.glob("*.md"):
            path.unlink()
        for name, text in PAGES.items():
            (FOLDER / name).write_text(text)
    assert {path.name: path.read_text() for path in FOLDER.glob("*.md")} == PAGES
