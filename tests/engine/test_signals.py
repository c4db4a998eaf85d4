"""Interrupts wait while something is being made."""

from __future__ import annotations

import os
import signal

import pytest

from gendock.engine.signals import Interrupts


def interrupt(number: int = signal.SIGINT) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_an_interrupt(number: int) -> None:
    def deaf(_number: int, _frame: object) -> None: ...

    before = signal.signal(number, deaf)  # under nohup, SIGHUP is ignored
    try:
        with pytest.raises(KeyboardInterrupt), Interrupts():
            interrupt(number)
        assert signal.getsignal(number) is deaf
    finally:
        signal.signal(number, before)


def test_what_is_being_made_is_finished_first() -> None:
    made = []

    def make(interrupts: Interrupts) -> None:
        with interrupts.held(), interrupts.held():
            interrupt()
            made.append("whole")
        made.append("and no more")

    with Interrupts() as interrupts, pytest.raises(KeyboardInterrupt):
        make(interrupts)
    assert made == ["whole"]


def test_cleaning_up_hears_nothing_and_a_second_interrupt_is_not_heard() -> None:
    cleaned = []

    def clean(interrupts: Interrupts) -> None:
        try:
            interrupt()
        finally:
            interrupt()
            with interrupts.silenced():
                interrupt()
                cleaned.append("all")

    with Interrupts() as interrupts, pytest.raises(KeyboardInterrupt):
        clean(interrupts)
    assert cleaned == ["all"]
