"""Moments at which something has to have ended, and the pauses between looks until then."""

from __future__ import annotations

from itertools import islice

import pytest

from gendock.engine.deadline import Deadline


def test_pauses_double_up_to_the_longest() -> None:
    assert list(islice(Deadline.after(60).pauses(), 6)) == [0.02, 0.04, 0.08, 0.16, 0.25, 0.25]


@pytest.mark.parametrize("left", [0.0, 0.01])
def test_no_pause_goes_past_the_end(left: float) -> None:
    assert all(pause <= left for pause in islice(Deadline.after(left).pauses(), 6))
