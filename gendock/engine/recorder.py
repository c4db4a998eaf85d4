"""The book that a smoke run keeps: results as they come, times of phases, the last words of a container."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import NoReturn

from gendock.engine.container import Container, State
from gendock.engine.diagnosis import diagnose
from gendock.engine.results import CHECKS, CheckResult, Failure, Phase, Status
from gendock.engine.waiting import Readiness

Watcher = Callable[[str], None]
KILLED = 128 + 9  # by SIGKILL


class RunOverError(Exception):
    """The container cannot be asked any more; what was found out is written down."""


class Recorder:
    """Results in the order in which they came."""

    def __init__(self, skip: Mapping[str, str], watch: Watcher | None) -> None:
        """Begin.

        Args:
            skip: the checks that are not wanted, each with its reason.
            watch: hears what is being waited for.
        """
        self.checks: list[CheckResult] = []
        self.phases: dict[Phase, float] = {}
        self.failure: Failure | None = None
        self._skip = skip
        self._watch = watch
        self._phase_began = time.monotonic()

    def say(self, text: str) -> None:
        """Tell what is being done now."""
        if self._watch:
            self._watch(text)

    def skips(self, id_: str) -> bool:
        """Say whether a check is not wanted, and if so write that down."""
        if id_ not in self._skip:
            return False
        self.checks.append(CheckResult(id_, Status.SKIP, 0, self._skip[id_]))
        return True

    def add(self, result: CheckResult) -> None:
        """Write a result down, unless its check is not wanted."""
        if not self.skips(result.id):
            self.checks.append(result)

    def ask(self, id_: str, question: Callable[[], tuple[Status, str]]) -> CheckResult:
        """Ask, measure the time that asking takes, and write the answer down."""
        if not self.skips(id_):
            self.say(CHECKS[id_][1])
            began = time.monotonic()
            status, evidence = question()
            self.checks.append(CheckResult(id_, status, _since(began), evidence))
        return self.checks[-1]

    def add_readiness(self, readiness: Readiness) -> None:
        """Write down how waiting for a server ended."""
        status, evidence = Status.PASS, f"ready: {readiness.evidence}"
        if not readiness.ready:
            status, evidence = Status.FAIL, f"not ready after {readiness.seconds:.1f} s: {readiness.evidence}"
        elif not readiness.evidence:
            status, evidence = Status.SKIP, "it runs, and nothing more can be seen of it"
        self.add(CheckResult("ready", status, round(readiness.seconds * 1000), evidence))

    def end_phase(self, phase: Phase) -> None:
        """Count the time since the last phase's end for this one."""
        now = time.monotonic()
        self.phases[phase] = self.phases.get(phase, 0.0) + now - self._phase_began
        self._phase_began = now

    @property
    def failed(self) -> dict[str, str]:
        """The evidence of the checks that failed, by their ids."""
        return {check.id: check.evidence for check in self.checks if check.status is Status.FAIL}

    def start(self, container: Container) -> None:
        """Start a container that has not run yet.

        Raises:
            RunOverError: the runtime refused, and its reason is written down.
        """
        from docker.errors import APIError

        try:
            container.start()
        except APIError as error:
            log = tuple(str(error.explanation or error).splitlines())
            summary = "could not be started"
            cause = diagnose(log, static=self.failed)
            exit_code = container.state().exit_code
            self.failure = Failure(summary, exit_code, oom_killed=False, log=log, diagnosis=cause)
            self.add(CheckResult("starts", Status.FAIL, 0, summary))
            self.end_phase(Phase.START)
            raise RunOverError from error

    def ended(self, container: Container, state: State, id_: str) -> NoReturn:
        """Write down that a container ended, or did not, against what a check asks for.

        Raises:
            RunOverError: always.
        """
        self.failure = last_words(container, state, static=self.failed)
        milliseconds = round((state.seconds or 0) * 1000)
        self.add(CheckResult(id_, Status.FAIL, milliseconds, self.failure.summary))
        self.end_phase(Phase.START)
        raise RunOverError

    def give_up(self, container: Container, seconds: float, id_: str) -> NoReturn:
        """Write down that the time of the whole run was over before a check had its answer.

        Raises:
            RunOverError: always.
        """
        summary = f"given up: {seconds:g} s were over (--timeout)"
        self.failure = Failure(summary, None, oom_killed=False, log=container.log(), diagnosis=None)
        self.add(CheckResult(id_, Status.FAIL, 0, summary))
        self.end_phase(CHECKS[id_][0])
        raise RunOverError


def last_words(container: Container, state: State, *, static: Mapping[str, str]) -> Failure:
    """Return what a container left.

    Args:
        container: has ended, or should have.
        state: of it, at its end.
        static: the evidence of the static checks that failed, by their ids.
    """
    log = container.log()
    # The engine hears of the kernel's doing apart from the end, and sometimes not at all.
    oom_killed = state.oom_killed or state.exit_code == KILLED
    if state.running:
        summary = "does not end"
    else:
        how = "killed: out of memory" if oom_killed else f"exited with code {state.exit_code}"
        summary = f"{how} after {state.seconds or 0:.1f} s"
    cause = diagnose((*log, state.error) if state.error else log, oom_killed=oom_killed, static=static)
    return Failure(summary, state.exit_code, oom_killed=oom_killed, log=log, diagnosis=cause)


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
