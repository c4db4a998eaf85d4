"""Podman's progress, line by line, into the same steps as BuildKit's.

    STEP 3/4: RUN go build ./...            a step begins, and the one before has ended
    [1/2] STEP 3/4: RUN go build ./...      the same, of the first of two stages
    --> Using cache 7276bc89…               it was taken from the cache
    --> 7276bc89459                         it has ended
    Error: building at STEP "RUN …": while running runtime: exit status 2

Everything else is what the step prints. It has no times of its own, so the clock on the wall has to do.
"""

from __future__ import annotations

import re
import time

from gendock.engine.progress import Event, Outcome, Progress, Step

_STEP = re.compile(r"(?:\[(?P<stage>\d+)/\d+\] )?STEP (?P<of>\d+/\d+): (?P<text>.*)")
_ENDED = re.compile(r"--> (?:(?P<cached>Using cache )?[0-9a-f]{8,})|(?:\[\d+/\d+\] )?COMMIT\b.*")
_ERROR = re.compile(r"Error: (?:building at STEP \".*?\": )?(?P<text>.*)", re.DOTALL)
_EXITED = re.compile(r"while running runtime: exit status (\d+)")


class PodmanProgress(Progress):
    """The state of a build by Podman, fed line by line."""

    def __init__(self) -> None:
        """Begin with no step."""
        super().__init__()
        self._running: Step | None = None
        self._began = time.monotonic()

    def feed(self, raw: str) -> Event | None:
        """Read one line; None where it tells nothing."""
        line = raw.rstrip("\r\n")
        found = _STEP.fullmatch(line)
        if found:
            self._end(Outcome.DONE)
            stage = f"stage-{int(found['stage']) - 1} " if found["stage"] else ""
            step = Step(len(self.steps) + 1, f"[{stage}{found['of']}] {found['text']}")
            self.steps[step.number] = self._running = step
            self._began = time.monotonic()
            return Event("started", step)
        ended = _ENDED.fullmatch(line)
        if ended:
            return self._end(Outcome.CACHED if ended["cached"] else Outcome.DONE)
        failed = _ERROR.fullmatch(line)
        if failed:
            return self._fail(failed["text"])
        if not line.strip():
            return None
        if self._running:
            self._running.add(line)
            return Event("log", self._running, line)
        return self._note(line)

    def _end(self, outcome: Outcome) -> Event | None:
        step, self._running = self._running, None
        if step is None:
            return None
        step.seconds = time.monotonic() - self._began
        return self._close(step, outcome)

    def _fail(self, text: str) -> Event | None:
        exited = _EXITED.search(text)
        self.error = f"exit code: {exited[1]}" if exited else text
        if self._running is None:
            return self._note(text)
        self._running.error = self.error
        return self._end(Outcome.FAILED)
