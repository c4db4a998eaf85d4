"""The running half of a smoke run: one image, started as what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gendock.engine import command, datagrams, running, waiting
from gendock.engine.container import Container, ContainerSpec, Sandbox, State
from gendock.engine.deadline import Deadline
from gendock.engine.diagnosis import diagnose, diagnose_exit, diagnose_stop
from gendock.engine.image_facts import ImageFacts
from gendock.engine.metrics import judge_metrics
from gendock.engine.procfs import Listener
from gendock.engine.recorder import KILLED, Recorder, RunOverError, last_words
from gendock.engine.results import CheckResult, Failure, Kind, Phase, Status
from gendock.engine.session import Session
from gendock.engine.waiting import Readiness, Wanted
from gendock.errors import GendockError

if TYPE_CHECKING:
    from gendock.engine.smoke import SmokeRequest

_SEEN_WITHIN = 3.0  # seconds in which a program of unknown kind ends, listens, or counts as a worker


class Look:
    """One look at one image."""

    def __init__(
        self, session: Session, request: SmokeRequest, image: ImageFacts, image_id: str, record: Recorder
    ) -> None:
        """Prepare; nothing is made yet."""
        self.sandbox = Sandbox(
            session.engine.client,
            session.run,
            session.interrupts,
            egress=request.egress,
            beside=request.beside,
        )
        self._session = session
        self._request = request
        self._image = image
        self._record = record
        self._image_id = image_id
        self._deadline = session.deadline

    def run(self) -> Kind:
        """Start it as what it is, and say what that is."""
        kind, ports = self._expected()
        ways = (self._request.arguments,) if self._request.arguments else command.HELPS
        try:
            if kind is Kind.SERVER and ports:
                self._server(self._make(self._request.arguments, ports), ports)
            elif kind is Kind.SERVER and self._datagram_ports:
                self._datagrams(self._make(self._request.arguments, ()), self._datagram_ports)
            elif kind is Kind.CLI:
                command.ask_for_help(self._record, self._make_command, None, ways, self._deadline)
            else:
                kind = self._find_out(kind, self._make(self._request.arguments, ()))
                if kind is Kind.CLI:
                    command.ask_for_help(self._record, self._make_command, None, ways, self._deadline)
        except RunOverError:
            pass  # what ended it is in the record
        return kind or Kind.CLI

    def _expected(self) -> tuple[Kind | None, tuple[int, ...]]:
        """Return what is known before anything runs; the image's word counts more than the source's."""
        request = self._request
        likely = (request.likely_port,) if request.likely_port else ()
        exposed = self._image.ports or self._image.datagram_ports
        ports = (request.port,) if request.port else self._image.ports if exposed else likely
        if request.kind or request.port or exposed:
            return request.kind or Kind.SERVER, ports
        if request.likely_kind is Kind.WORKER:
            return None, ()  # easily mistaken; a second of running shows it
        return request.likely_kind or (Kind.SERVER if ports else None), ports

    @property
    def _datagram_ports(self) -> tuple[int, ...]:
        """Where it waits for datagrams, as far as that is known before anything runs."""
        likely = self._request.likely_datagram_port
        return self._image.datagram_ports or ((likely,) if likely else ())

    def _make(self, words: tuple[str, ...] | None, ports: tuple[int, ...]) -> Container:
        self._record.say("making a container")
        return self.sandbox.create(
            ContainerSpec(
                self._image_id,
                command=words,
                ports=ports,
                environment=self._request.environment,
                memory=self._request.memory,
                healthcheck=self._image.healthcheck,
                health_timeout=self._image.health_timeout,
                files=self._request.files,
                volumes=self._request.volumes,
            )
        )

    def _make_command(self, words: tuple[str, ...]) -> Container:
        """CMD is the program itself where the image has no ENTRYPOINT."""
        return self._make(words if self._image.entrypoint else (*self._image.command, *words), ())

    def _find_out(self, kind: Kind | None, container: Container) -> Kind:
        """Start a program to see what it does, and go on as with what it turned out to be.

        A server is made anew, with its port published. Only a local Linux engine shows where it listens.
        """
        self._record.say("starting it to see what it is")
        self._record.start(container)
        if kind is Kind.WORKER:
            self._worker(container)
            return kind
        within = _SEEN_WITHIN
        if kind is Kind.SERVER:
            within = self._request.ready_within
        elif self._request.likely_kind is Kind.WORKER:
            within = self._request.stay
        state, listeners = waiting.wait_for_listener(container, self._deadline.within(within))
        if listeners:
            ports = tuple(sorted({one.port for one in listeners}))
            container.remove()
            self._server(self._make(self._request.arguments, ports), ports)
            return Kind.SERVER
        if not state.running:
            if kind is Kind.SERVER:
                self._record.ended(container, state, "ready")
            return Kind.CLI
        self._need_time(container, "ready")
        if kind is Kind.SERVER:
            raise GendockError(
                "a server, and its port is not known: name it with --port, or EXPOSE it (UDP as 53/udp)"
            )
        self._worker(container)
        return Kind.WORKER

    def _wanted(self, ports: tuple[int, ...]) -> Wanted:
        return Wanted(
            ports,
            self._request.health_paths,
            self._request.only_these_paths,
            bool(self._image.healthcheck),
            self._request.expect_log,
        )

    def _server(self, container: Container, ports: tuple[int, ...]) -> None:
        self._record.start(container)
        self._record.say(f"waiting for an answer on {', '.join(f':{port}' for port in ports)}")
        wanted = self._wanted(ports)
        readiness = waiting.wait_until_ready(
            container, wanted, self._deadline.within(self._request.ready_within)
        )
        self._judge_readiness(container, readiness, ports)
        self._look_at_process(container, readiness.state)
        found = running.metrics(container, ports) if readiness.ready else None
        if found:
            self._record.ask("metrics", lambda: judge_metrics(*found))
        self._record.end_phase(Phase.START)
        self._stop(container, wanted if readiness.answer.ready else None)

    def _judge_readiness(self, container: Container, readiness: Readiness, ports: tuple[int, ...]) -> None:
        self._judge_waiting(container, readiness)
        if readiness.port is not None:
            self._record.ask(
                "reachable",
                lambda: datagrams.with_datagrams(
                    container,
                    readiness.state,
                    self._image.datagram_ports,
                    running.reachable(container, readiness.state, readiness, ports),
                ),
            )
        process = container.on_host(readiness.state)
        listeners = process.listeners() if process else None
        if readiness.answer.ready and self._image.datagram_ports:  # all that can be wrong is over UDP
            ports, listeners = self._image.datagram_ports, datagrams.sockets(container, readiness.state)
        self._diagnose(container, ports, listeners)

    def _judge_waiting(self, container: Container, readiness: Readiness) -> None:
        if not readiness.state.running:
            self._record.ended(container, readiness.state, "ready")
        if not readiness.ready:
            self._need_time(container, "ready")
        self._record.add_readiness(readiness)

    def _need_time(self, container: Container, id_: str, seconds: float = 0.0) -> None:
        """End the run where less than some seconds of its time are left: nothing could be said of it then."""
        if self._deadline.left <= seconds:
            self._record.give_up(container, self._deadline.seconds, id_)

    def _diagnose(
        self, container: Container, ports: tuple[int, ...], listeners: Sequence[Listener] | None
    ) -> None:
        """Say why a server is not ready, or not reachable, where that is so."""
        failed = [check for check in self._record.checks if check.status is Status.FAIL]
        if any(check.id in ("ready", "reachable") for check in failed):
            log = container.log()
            cause = diagnose(log, ports=ports, listeners=listeners, static=self._record.failed)
            self._record.failure = Failure(
                failed[-1].evidence, None, oom_killed=False, log=log, diagnosis=cause
            )

    def _datagrams(self, container: Container, ports: tuple[int, ...]) -> None:
        """Look at a server that speaks UDP alone."""
        self._record.start(container)
        self._record.say(f"waiting for its socket on {datagrams.shown_ports(ports)}")
        wanted = replace(self._wanted(()), datagram_ports=ports)
        within = self._deadline.within(self._request.ready_within)
        readiness = datagrams.wait_for_sockets(container, wanted, within)
        state = readiness.state
        self._judge_waiting(container, readiness)
        self._record.ask("reachable", lambda: datagrams.open_to_all(container, state, ports))
        seen = datagrams.sockets(container, state)
        self._diagnose(container, ports, seen)
        self._look_at_process(container, state)
        self._record.end_phase(Phase.START)
        again = wanted if seen is not None else self._wanted(())  # unseen, staying up has to do
        self._stop(container, again if readiness.ready else None)

    def _worker(self, container: Container) -> None:
        wanted = self._wanted(())
        if wanted.health or wanted.log:
            readiness = waiting.wait_until_ready(
                container, wanted, self._deadline.within(self._request.ready_within)
            )
            self._judge_readiness(container, readiness, ())
        state = container.state()
        if not state.running:
            self._record.ended(container, state, "stays-up")
        self._look_at_process(container, state)
        self._record.end_phase(Phase.START)
        self._stop(container, wanted)

    def _look_at_process(self, container: Container, state: State) -> None:
        """Ask what every container that runs is asked; it has to stay up meanwhile."""
        ask = self._record.ask
        self._need_time(container, "stays-up", self._request.stay)
        until = Deadline.after(self._request.stay)
        ask("non-root", lambda: running.user_id(container, state))
        ask("process-1", lambda: running.first_process(container, state))
        ask("writes", lambda: running.writes_nothing(container))
        ask("capabilities", lambda: running.capabilities(container, state))
        ask("memory", lambda: running.memory_at_rest(container))
        up = ask("stays-up", lambda: running.stays_up(container, until))
        if up.status is Status.FAIL:
            self._record.failure = last_words(container, container.state(), static=self._record.failed)
            self._record.end_phase(Phase.START)
            raise RunOverError

    def _stop(self, container: Container, again: Wanted | None) -> None:
        """Stop it, and start it once more where that shows something."""
        if self._record.skips("stop"):
            return
        name = self._image.stop_signal
        self._record.say(f"waiting for it to stop on {name}")
        self._need_time(container, "stop", 1.0)
        within = min(self._request.stop_within, self._deadline.left)
        status, evidence, milliseconds = running.stop(container, within)
        if within < self._request.stop_within and container.state().exit_code == KILLED:
            self._record.give_up(container, self._deadline.seconds, "stop")
        self._record.add(CheckResult("stop", status, milliseconds, f"{name}, {evidence}"))
        if status is Status.FAIL and self._record.failure is None:
            self._record.failure = self._why_not_stopped(container)
        if status is Status.PASS and again is not None:
            self._restart(container, again)
        self._record.end_phase(Phase.STOP)

    def _why_not_stopped(self, container: Container) -> Failure:
        state, log = container.state(), container.log()
        first = next((check.evidence for check in self._record.checks if check.id == "process-1"), "")
        killed = state.exit_code == KILLED
        cause = (
            diagnose_stop(self._record.failed, first)
            if killed
            else diagnose(log) or diagnose_exit(state.exit_code)
        )
        summary = "killed, as it did not stop" if killed else f"exited with code {state.exit_code}"
        return Failure(summary, state.exit_code, oom_killed=False, log=log, diagnosis=cause)

    def _restart(self, container: Container, wanted: Wanted) -> None:
        within = self._deadline.within(self._request.ready_within)
        stay = min(self._request.stay, 0.5)
        self._need_time(container, "restarts", stay)
        again = replace(wanted, health=False, log=None)  # both have been seen; an answer is enough
        wait = waiting.wait_until_ready if wanted.ports else datagrams.wait_for_sockets
        can_wait = bool(wanted.ports or wanted.datagram_ports)
        result = self._record.ask(
            "restarts",
            lambda: running.restarts(
                container, (lambda: wait(container, again, within)) if can_wait else None, stay
            ),
        )
        if result.status is Status.FAIL and self._record.failure is None:
            self._record.failure = last_words(container, container.state(), static=self._record.failed)
        if self._session.run.keep:  # else it is taken away, running or not
            container.kill()
