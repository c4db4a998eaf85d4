"""BuildKit's plain progress, line by line, into the steps of a build.

`--progress=plain` is the one form that every client writes: 20.10 with its BuildKit 0.8 and today's buildx.
It is meant for people, so this reader knows its few line shapes and takes everything else as a remark:

    #7 [build 2/4] WORKDIR /src             a step is announced, perhaps for the second time
    #7 sha256:5cf5…                         its digest (until BuildKit 0.9)
    #7 0.163 panic: …                       a log line, with the seconds since the step began
    #7 transferring context: 2B done        what the step is at
    #7 CACHED | DONE 0.1s | CANCELED | ERROR: …
    #7 ...                                  output of another step follows

The source is github.com/moby/buildkit, util/progress/progressui/printer.go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

_LINE = re.compile(r"#(?P<number>\d+) (?P<rest>.*)")
_LOG = re.compile(r"(?P<seconds>\d+\.\d+) ?(?P<text>.*)")
_DONE = re.compile(r"DONE (?P<seconds>\d+(?:\.\d+)?)s")
_INSTRUCTION = re.compile(r"\[(?P<of>(?:[^\]\s]+ +)*)\d+/\d+\] (?P<text>.*)", re.DOTALL)
_ERROR = re.compile(r"(?:ERROR: )?(?P<text>(?:failed to (?:build|solve|compute|do)\b|error: failed to).*)")
_FRAME = re.compile(r"(?P<file>\S.*):(?P<row>\d+)$")
_PARSE_ERROR = re.compile(r"dockerfile parse error (?:on )?line (?P<row>\d+)")
_LOG_KEPT = 200  # lines of a step that are kept; its end matters


class Outcome(StrEnum):
    """How a step ended."""

    DONE = "done"
    CACHED = "cached"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(slots=True)
class Step:
    """One step of a build, as far as it has got.

    Attributes:
        number: BuildKit's.
        name: as BuildKit writes it, `[build 2/4] WORKDIR /src`.
        outcome: None while it runs.
        seconds: how long it took, by BuildKit's clock; None where it does not say.
        log: the last lines that it printed.
        error: BuildKit's sentence, where it failed.
    """

    number: int
    name: str
    outcome: Outcome | None = None
    seconds: float | None = None
    log: list[str] = field(default_factory=list)
    error: str = ""

    def add(self, line: str) -> None:
        """Keep a line that it printed."""
        self.log.append(line)
        del self.log[:-_LOG_KEPT]

    @property
    def instruction(self) -> str | None:
        """The Dockerfile's text of this step; None for BuildKit's own steps and for FROM."""
        found = _INSTRUCTION.fullmatch(self.name)
        return found["text"] if found and not found["text"].startswith("FROM ") else None

    @property
    def stage(self) -> str | None:
        """The stage's name, or BuildKit's `stage-1` for one without."""
        return next(reversed(self._belongs_to), None)

    @property
    def target(self) -> str | None:
        """The target of docker-bake.hcl, where several are built at once."""
        return self._belongs_to[0] if len(self._belongs_to) > 1 else None

    @property
    def _belongs_to(self) -> list[str]:
        """The names before `2/4]`, platforms aside: those alone have a slash."""
        found = _INSTRUCTION.fullmatch(self.name)
        return [word for word in found["of"].split() if "/" not in word] if found else []


@dataclass(frozen=True, slots=True)
class Event:
    """What one line told.

    Attributes:
        kind: `started`, `log`, `status`, `finished` or `remark`.
        step: the step that it is about; None for a remark.
        text: the log line, the status or the remark.
    """

    kind: str
    step: Step | None
    text: str = ""


class Progress:
    """The state of a build, fed line by line."""

    def __init__(self) -> None:
        """Begin with no step."""
        self.steps: dict[int, Step] = {}
        self.error = ""  # BuildKit's last word
        self.row: int | None = None  # the Dockerfile's line, where BuildKit names it
        self._remarks: list[str] = []

    @property
    def instructions(self) -> list[Step]:
        """The steps that are instructions of the Dockerfile, FROM aside."""
        return [step for step in self.steps.values() if step.instruction is not None]

    @property
    def failed(self) -> Step | None:
        """The step that failed, if one has."""
        return next((step for step in self.steps.values() if step.outcome is Outcome.FAILED), None)

    @property
    def remarks(self) -> list[str]:
        """The lines that belong to no step, the last ones."""
        return self._remarks

    def feed(self, raw: str) -> Event | None:
        """Read one line; None where it tells nothing."""
        line = raw.rstrip("\r\n")
        found = _LINE.fullmatch(line)
        if not found:
            return self._remark(line)
        number, rest = int(found["number"]), found["rest"]
        step = self.steps.get(number)
        if step is None:
            if number == 0:  # buildx names its builder in a step 0
                return self._remark(rest)
            step = self.steps[number] = Step(number, rest.strip())
            return Event("started", step)
        return self._of_step(step, rest)

    def _of_step(self, step: Step, rest: str) -> Event | None:
        if rest in (step.name, "...") or rest.startswith("sha256:") or not rest.strip():
            return None
        done = _DONE.fullmatch(rest)
        if done:
            step.seconds = float(done["seconds"])
            # BuildKit closes a step more than once (`CACHED` and then `DONE`): the first word counts.
            return self._close(step, Outcome.DONE)
        if rest == "CACHED":
            return self._close(step, Outcome.CACHED)
        if rest == "CANCELED":
            return self._close(step, Outcome.CANCELLED)
        if rest.startswith("ERROR"):
            step.error = rest.removeprefix("ERROR").removeprefix(":").strip()
            if step.error.endswith("context canceled"):
                return self._close(step, Outcome.CANCELLED)
            return self._close(step, Outcome.FAILED)
        logged = _LOG.fullmatch(rest)
        if logged:
            step.add(logged["text"])
            return Event("log", step, logged["text"])
        return Event("status", step, rest)

    @staticmethod
    def _close(step: Step, outcome: Outcome) -> Event | None:
        if step.outcome is not None:
            return None
        step.outcome = outcome
        return Event("finished", step)

    def _remark(self, line: str) -> Event | None:
        if not line.strip():
            return None
        if set(line) == {"-"}:
            # `Dockerfile:5` above a long rule heads the lines that BuildKit shows; a short one ends a log.
            frame = _FRAME.fullmatch(self._remarks[-1]) if self._remarks and len(line) > 10 else None
            if frame and self.row is None:
                self.row = int(frame["row"])
            return None
        error = _ERROR.fullmatch(line)
        parse = _PARSE_ERROR.search(line)
        if error:
            self.error = error["text"]
        elif line.startswith("ERROR: "):
            self.error = line.removeprefix("ERROR: ")
        if parse:
            self.row = int(parse["row"])
        return self._note(line)

    def _note(self, line: str) -> Event:
        self._remarks.append(line)
        del self._remarks[:-_LOG_KEPT]
        return Event("remark", None, line)
