"""Every sample is built from what init writes for it, started, and stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = sorted({path.name for path in (ROOT / "samples").iterdir() if path.is_dir()} - {"broken"})


class Ran(Protocol):
    status: int
    out: str
    err: str


@pytest.mark.engine
@pytest.mark.parametrize("name", SAMPLES)
def test_it_works(name: str, sample: Callable[[str], Path], gendock: Callable[..., Ran]) -> None:
    ran = gendock("check", sample(name))
    assert ran.status == 0, ran.out + ran.err
