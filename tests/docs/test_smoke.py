"""docs/smoke.md names every check, every cause and every option that there is."""

from __future__ import annotations

import re
from pathlib import Path

from gendock.engine.results import CHECKS
from gendock.engine.start_causes import CAUSES, PROGRAMS
from gendock.report.proof_outputs import FORMATS

PAGE = (Path(__file__).parents[2] / "docs" / "smoke.md").read_text()


def test_every_check_has_its_row() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (.+) \|$", PAGE, re.MULTILINE)
    assert rows == [(id_, title) for id_, (_, title) in CHECKS.items()]


def test_every_cause_is_named() -> None:
    assert all(f"`{cause.id}`" in PAGE for cause in (*CAUSES, *PROGRAMS))


def test_every_format_is_named() -> None:
    assert f"`--output-format` {', '.join(FORMATS)};" in PAGE


def test_what_is_shown_fits_a_terminal() -> None:
    blocks = re.findall(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert all(len(line) <= 80 for block in blocks for line in block.splitlines())
