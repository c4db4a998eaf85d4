"""BuildKit's own checks find nothing in what `gendock init` writes for the samples."""

from __future__ import annotations

from pathlib import Path

from tests.buildkit.buildkit import Oracle

GOLDEN = Path(__file__).parents[1] / "generate" / "golden"


def test_buildkit_finds_nothing(oracle: Oracle) -> None:
    files = sorted(GOLDEN.glob("*/Dockerfile"))
    answers = oracle.read([path.read_bytes() for path in files])
    assert len(answers) == len(files) > 10
    for path, answer in zip(files, answers, strict=True):
        said = {key: answer.get(key) for key in answer if "error" in key or "warning" in key}
        assert not any(said.values()), f"{path.parent.name}: {said}"
