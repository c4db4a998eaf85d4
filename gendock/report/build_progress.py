"""A build while it goes on: repainted on a terminal, a line for each step elsewhere.

Both write to standard error, so that standard output holds the result alone. Cached steps are folded into the
count of the closing line.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from gendock.engine.progress import Event, Outcome, Progress, Step
from gendock.report.engine_lines import LABEL, Style, counted, cut
from gendock.report.terminal import printable

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

_TAIL = 4  # log lines of the running step that are shown


class Display(Protocol):
    """What a build and a smoke run tell of their course."""

    def step(self, event: Event, progress: Progress) -> None:
        """Hear of a build's step."""

    def waiting(self, text: str) -> None:
        """Hear what a smoke run waits for."""


class PlainDisplay:
    """One line for each instruction that ran, when it has ended."""

    def __init__(self, style: Style) -> None:
        """Write in `style` to standard error."""
        self._style = style

    def step(self, event: Event, progress: Progress) -> None:
        """Write a step that ended."""
        del progress
        step = event.step
        if event.kind == "finished" and step and step.instruction and step.outcome is Outcome.DONE:
            print(self._style.row("build", _named(step), step.seconds or 0.0), file=sys.stderr, flush=True)

    def waiting(self, text: str) -> None:
        """Write nothing: a log does not need to know what is being waited for."""


class LiveDisplay:
    """The steps with their times, repainted several times a second, and gone when the work is done."""

    def __init__(self) -> None:
        """Begin with nothing to show."""
        self._progresses: list[Progress] = []  # one for each client that builds
        self._began: dict[int, float] = {}
        self._start = time.monotonic()
        self._waiting = ""

    def step(self, event: Event, progress: Progress) -> None:
        """Remember when each step was seen first."""
        if not any(known is progress for known in self._progresses):
            self._progresses.append(progress)
        if event.step:
            self._began.setdefault(id(event.step), time.monotonic())

    def waiting(self, text: str) -> None:
        """Show what a smoke run waits for in place of the build."""
        self._progresses.clear()
        self._waiting = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw the present state; rich asks for it from a thread of its own."""
        from rich.text import Text

        style = Style(options.max_width)
        for line in self._lines(style, console.height):
            yield Text(line, no_wrap=True, overflow="crop")

    def _lines(self, style: Style, height: int) -> list[str]:
        now = time.monotonic()
        if not self._progresses:
            return [style.row("smoke", self._waiting, now - self._start)] if self._waiting else []
        steps = [step for progress in list(self._progresses) for step in list(progress.steps.values())]
        cached = sum(step.outcome is Outcome.CACHED for step in steps if step.instruction)
        said = f"{counted(cached, 'step')} cached" if cached else ""
        rows = [style.row("build", said, now - self._start)]
        shown = sorted(
            (step for step in steps if _is_shown(step)), key=lambda step: self._began.get(id(step), now)
        )
        rows += [self._step_row(style, step, now) for step in shown[-max(3, height - _TAIL - 3) :]]
        running = [step for step in shown if step.outcome is None and step.log]
        if running:
            room = style.width - LABEL - 2
            rows += [" " * (LABEL + 2) + cut(printable(line), room) for line in running[-1].log[-_TAIL:]]
        return rows

    def _step_row(self, style: Style, step: Step, now: float) -> str:
        seconds = step.seconds if step.outcome else now - self._began.get(id(step), now)
        return style.row("", _named(step), seconds or 0.0)


def _is_shown(step: Step) -> bool:
    """Whether a step is a line: cached ones are counted, and BuildKit's own ones go when they have ended."""
    return step.outcome is None if not step.instruction else step.outcome is not Outcome.CACHED


def _named(step: Step) -> str:
    """Return a step's name on one line: its continuation lines come with their indentation."""
    return " ".join(step.name.split())


@contextmanager
def display() -> Iterator[Display]:
    """Show what goes on for the length of a block, as standard error allows."""
    if not sys.stderr.isatty():
        yield PlainDisplay(Style())
    else:
        from rich.console import Console
        from rich.live import Live

        live = LiveDisplay()
        with Live(live, console=Console(stderr=True), transient=True, refresh_per_second=8):
            yield live
