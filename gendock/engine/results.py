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


# Every check by its id, in the order in which they are told: its phase, and what it asks for.
CHECKS: Mapping[str, tuple[Phase, str]] = {
    "user": (Phase.STATIC, "the user is a number and not root"),
    "exec-form": (Phase.STATIC, "the entrypoint is an exec form"),
    "entrypoint": (Phase.STATIC, "the entrypoint is there and can run"),
    "platform": (Phase.STATIC, "image and program fit the engine"),
    "exposes": (Phase.STATIC, "the ports that it exposes are its user's to open"),
    "labels": (Phase.STATIC, "its OCI labels are well formed"),
    "size": (Phase.STATIC, "it is not larger than it may be"),
    "waste": (Phase.STATIC, "its layers hold little that no container sees"),
    "no-shell": (Phase.STATIC, "the image has no shell"),
    "no-package-manager": (Phase.STATIC, "the image has no package manager"),
    "no-toolchain": (Phase.STATIC, "the image has no Go toolchain"),
    "no-source": (Phase.STATIC, "no layer has Go source"),
    "no-git": (Phase.STATIC, "no layer has a .git"),
    "no-env-file": (Phase.STATIC, "no layer has a .env file"),
    "no-private-key": (Phase.STATIC, "no layer has a private key"),
    "no-secret": (Phase.STATIC, "environment, labels and history hold no secret"),
    "no-setuid": (Phase.STATIC, "no file is setuid or setgid"),
    "no-leftovers": (Phase.STATIC, "caches and files of editors and CI are not in it"),
    "accounts": (Phase.STATIC, "no account is open to all, or there twice"),
    "services": (Phase.START, "what it needs is there"),
    "starts": (Phase.START, "it starts"),
    "ready": (Phase.START, "it becomes ready"),
    "help": (Phase.START, "it prints its help"),
    "reachable": (Phase.START, "it listens on all addresses"),
    "stays-up": (Phase.START, "it stays up"),
    "non-root": (Phase.START, "it does not run as root"),
    "process-1": (Phase.START, "process 1 is the program"),
    "writes": (Phase.START, "it writes nothing outside of /tmp"),
    "capabilities": (Phase.START, "it has no capabilities"),
    "memory": (Phase.START, "its memory at rest is known"),
    "metrics": (Phase.START, "its metrics can be read"),
    "stop": (Phase.STOP, "it stops in time when it is told to"),
    "restarts": (Phase.STOP, "it starts again after it has stopped"),
}


# A check's status, and what was seen.
Verdict = tuple[Status, str]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check's answer.

    Attributes:
        id: a key of CHECKS, for `--skip` and for scripts.
        status: whether it holds; `skip` where it could not be asked.
        milliseconds: how long asking took.
        evidence: what was seen, in a few words; for `skip` the reason.
    """

    id: str
    status: Status
    milliseconds: int
    evidence: str

    @property
    def phase(self) -> Phase:
        """The phase that it belongs to."""
        return CHECKS[self.id][0]

    @property
    def title(self) -> str:
        """What it asks for, as a statement."""
        return CHECKS[self.id][1]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The probable cause of a failure.

    Attributes:
        id: kebab-case.
        because: the cause, as a clause.
        evidence: the log line or the fact that shows it.
        mend: what to do.
        rules: codes of the lint rules that find the cause in a Dockerfile.
        place: `file:line` of the source that shows the cause; None where it is not known.
    """

    id: str
    because: str
    evidence: str
    mend: str
    rules: tuple[str, ...] = ()
    place: str | None = None


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
class LayerSize:
    """What a layer weighs.

    Attributes:
        size: bytes of its files.
        wasted: bytes of them that a later layer takes away or writes anew.
        made_by: the instruction, on one line; empty where the history does not say it.
    """

    size: int
    wasted: int
    made_by: str


@dataclass(frozen=True, slots=True)
class SmokeReport:
    """A whole smoke run.

    Attributes:
        image: the name that was asked for.
        image_id: `sha256:…`.
        platform: `linux/amd64`.
        size: bytes.
        kind: what the program turned out to be; None where it was not started.
        checks: in the order of CHECKS.
        seconds: of the whole run, and of each phase.
        failure: the container's last words, where its start failed.
        layers: what each layer weighs, the lowest first.
        kept: names of the container, network or image left on request.
    """

    image: str
    image_id: str
    platform: str
    size: int
    kind: Kind | None
    checks: tuple[CheckResult, ...]
    seconds: float
    phases: Mapping[Phase, float] = field(default_factory=dict)
    failure: Failure | None = None
    layers: tuple[LayerSize, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[CheckResult, ...]:
        """The checks that do not hold."""
        return tuple(check for check in self.checks if check.status is Status.FAIL)

    @property
    def passed(self) -> bool:
        """Whether every check that could be asked holds."""
        return not self.failed
