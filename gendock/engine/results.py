"""What a smoke run found out: one result per check, each with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """How a check ended."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    SKIP = "skip"


class Kind(StrEnum):
    """What a program does when it is started."""

    SERVER = "server"  # listens on a port
    WORKER = "worker"  # stays up and listens nowhere
    CLI = "cli"  # does one thing and ends


class Phase(StrEnum):
    """The part of a smoke run that a check belongs to."""

    STATIC = "static"  # the image's files and configuration
    START = "start"  # the container, started
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check's answer.

    Attributes:
        id: kebab-case, for `--skip` and for scripts.
        title: what the check asks for, as a statement: `the user is a number and not root`.
        status: whether it holds; `skip` where it could not be asked.
        milliseconds: how long asking took.
        evidence: what was seen, in a few words; for `skip` the reason.
    """

    phase: Phase
    id: str
    title: str
    status: Status
    milliseconds: int
    evidence: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The probable cause of a failure.

    Attributes:
        id: kebab-case.
        because: the cause, as a clause.
        evidence: the log line or the fact that shows it.
        mend: what to do.
        rule: the lint rule that finds the cause in a Dockerfile; None where there is none.
    """

    id: str
    because: str
    evidence: str
    mend: str
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """What a container left that ended or never became ready.

    Attributes:
        summary: `exited with code 1 after 0.2 s`.
        exit_code: None while it runs.
        oom_killed: whether the memory limit ended it.
        log: its last lines, as they are: escape them before printing.
        diagnosis: the probable cause, where one is known.
    """

    summary: str
    exit_code: int | None
    oom_killed: bool
    log: tuple[str, ...]
    diagnosis: Diagnosis | None


@dataclass(frozen=True, slots=True)
class SmokeReport:
    """A whole smoke run.

    Attributes:
        image: the name that was asked for.
        image_id: `sha256:…`.
        platform: `linux/amd64`.
        size: bytes.
        kind: what the program turned out to be.
        checks: in the order in which they were asked.
        seconds: of the whole run, and of each phase.
        failure: the container's last words, where its start failed.
        kept: names of the container, network or image left on request.
    """

    image: str
    image_id: str
    platform: str
    size: int
    kind: Kind
    checks: tuple[CheckResult, ...]
    seconds: float
    phases: Mapping[Phase, float] = field(default_factory=dict)
    failure: Failure | None = None
    kept: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[CheckResult, ...]:
        """The checks that do not hold."""
        return tuple(check for check in self.checks if check.status is Status.FAIL)

    @property
    def passed(self) -> bool:
        """Whether every check that could be asked holds."""
        return not self.failed
