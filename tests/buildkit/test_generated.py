"""BuildKit's reader and its own checks find nothing in what init writes for the samples."""

from __future__ import annotations

from pathlib import Path

from tests.buildkit.buildkit import Oracle

GOLDEN = Path(__file__).parents[1] / "generate" / "golden"


def test_buildkit_has_no_remark(oracle: Oracle) -> None:
    written = {path.parent.name: path.read_bytes() for path in sorted(GOLDEN.glob("*/Dockerfile"))}
    answers = dict(zip(written, oracle.read(list(written.values())), strict=True))
    silent = {"instructions", "bases"}
    assert {name: answer for name, answer in answers.items() if set(answer) != silent} == {}


def test_it_would_have_one(oracle: Oracle) -> None:
    (answer,) = oracle.read([b"FROM debian:12\nWORKDIR app\n"])
    assert [warning["rule"] for warning in answer["warnings"]] == ["WorkdirRelativePath"]
