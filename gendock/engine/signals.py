"""Ctrl-C and SIGTERM, held off while something is being made or taken away.

A KeyboardInterrupt in the middle of "create a container" would leave a container that nobody knows: the
engine goes on where the client stopped. So whatever makes an object does it inside `held()`, and the
interrupt comes right after, when the object can be found by its label.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, NoReturn, Self

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Interrupts:
    """Turns the first SIGINT, SIGTERM or SIGHUP into KeyboardInterrupt, except where they are held off.

    The first only: whatever runs after it is cleaning up, and an impatient second Ctrl-C must not stop that.
    Outside of the main thread Python allows no handlers: then this does nothing.
    """

    def __init__(self) -> None:
        """Begin with nothing held and nothing pending."""
        self._depth = 0
        self._pending = False
        self._raised = False
        self._before: dict[int, Callable[[int, FrameType | None], Any] | int | None] = {}

    def __enter__(self) -> Self:
        """Install the handlers."""
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                if signal.getsignal(number) is signal.SIG_IGN and number != signal.SIGINT:
                    continue  # started by nohup: stay deaf
                self._before[number] = signal.signal(number, self._heard)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the old handlers back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold interrupts off until the end of the block; one that came meanwhile is raised there."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
        if self._pending and not self._depth:
            self._raise()

    @contextmanager
    def silenced(self) -> Iterator[None]:
        """Hear no interrupts until the end of the block: cleaning up is bounded and must come to its end."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            self._pending = False

    def _heard(self, _number: int, _frame: FrameType | None) -> None:
        if self._depth:
            self._pending = True
        elif not self._raised:
            self._raise()

    def _raise(self) -> NoReturn:
        self._pending = False
        self._raised = True
        raise KeyboardInterrupt
