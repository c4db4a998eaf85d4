"""The whole look at an image: its files, its start, its stop.

A server must become ready, be reachable, stay up and stop in time; a worker the same without a port; a
command must print its help. What the image is, is asked for, or taken from EXPOSE, or seen by starting it
once.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gendock.engine import command, running
from gendock.engine.container import Container, Sandbox, State
from gendock.engine.diagnosis import diagnose
from gendock.engine.filesystem import FileTree
from gendock.engine.recorder import Recorder, RunOverError, Watcher, last_words
from gendock.engine.results import CheckResult, Failure, Kind, Phase, SmokeReport, Status
from gendock.engine.running import Readiness
from gendock.engine.session import Session
from gendock.engine.static import ImageFacts, static_checks
from gendock.errors import GendockError

_SEEN_WITHIN = 3.0  # seconds in which a program of unknown kind ends, listens, or counts as a worker


@dataclass(frozen=True, slots=True)
class SmokeRequest:
    """What to start, and what is known of it.

    Attributes:
        image: a name or an id that the engine has.
        kind: None to find out.
        port: the port in the container; None for those of EXPOSE.
        likely_kind: what the source says it is; counts where the image exposes no port.
        likely_port: where the source says that it listens; counts likewise.
        health_paths: paths to ask, the likeliest first; `/` comes last by itself.
        only_these_paths: a person named the paths: nothing else counts as ready.
        environment: `NAME=value`.
        arguments: words in place of CMD; None for CMD itself.
        memory: the limit, `256m`.
        ready_within: seconds for a server to become ready.
        stop_within: seconds from SIGTERM to the end.
        stay: seconds for which it must stay up once it is ready.
        skip: ids of checks that are not asked.
        places: where the source names a file or variable that a log may complain of, as `file:line`.
    """

    image: str
    kind: Kind | None = None
    port: int | None = None
    likely_kind: Kind | None = None
    likely_port: int | None = None
    health_paths: tuple[str, ...] = ()
    only_these_paths: bool = False
    environment: tuple[str, ...] = ()
    arguments: tuple[str, ...] | None = None
    memory: str = "256m"
    ready_within: float = 30.0
    stop_within: float = 10.0
    stay: float = 1.0
    skip: frozenset[str] = frozenset()
    places: Mapping[str, str] = field(default_factory=dict)


class NoSuchImageError(GendockError):
    """The engine has no image of that name."""


def smoke(session: Session, request: SmokeRequest, *, watch: Watcher | None = None) -> SmokeReport:
    """Look at an image. The end of `session` takes away what this made.

    Args:
        session: the engine, and the run that owns what is made.
        request: the image and what is known of it.
        watch: hears what is being waited for.

    Raises:
        NoSuchImageError: there is no such image.
        GendockError: a server's port cannot be found out.
        docker.errors.APIError: the engine failed.
    """
    from docker.errors import ImageNotFound, NullResource

    began = time.monotonic()
    try:
        image = session.engine.client.images.get(request.image)
    except (ImageNotFound, NullResource) as error:
        raise NoSuchImageError(f"the engine has no image {request.image}. See: docker images") from error
    look = _Look(session, request, ImageFacts.of(image.attrs), str(image.id), watch)
    kind = look.run()
    return SmokeReport(
        image=request.image,
        image_id=str(image.id),
        platform=f"{look.image.operating_system}/{look.image.architecture}",
        size=int(image.attrs["Size"]),
        kind=kind,
        checks=tuple(look.record.checks),
        seconds=time.monotonic() - began,
        phases=look.record.phases,
        failure=_with_place(look.record.failure, request.places),
        kept=look.sandbox.names if session.run.keep else (),
    )


def _with_place(failure: Failure | None, places: Mapping[str, str]) -> Failure | None:
    """Add where the source names what the evidence names; the longest name is the surest."""
    found = failure.diagnosis if failure else None
    if failure is None or found is None or found.id not in ("missing-file", "environment"):
        return failure
    named = [name for name in places if name in found.evidence]
    if not named:
        return failure
    return replace(failure, diagnosis=replace(found, place=places[max(named, key=len)]))


class _Look:
    """One look at one image."""

    def __init__(
        self, session: Session, request: SmokeRequest, image: ImageFacts, image_id: str, watch: Watcher | None
    ) -> None:
        self.request = request
        self.image = image
        self.record = Recorder(request.skip, watch)
        self.sandbox = Sandbox(session.engine.client, session.run, session.interrupts)
        self._session = session
        self._image_id = image_id
        self._deadline = session.deadline

    def run(self) -> Kind:
        """Look at the files, then start it as what it is."""
        kind, ports = self._expected()
        ways = (self.request.arguments,) if self.request.arguments else command.HELPS
        if kind is Kind.CLI:
            container = self._make_command(ways[0])
        else:
            container = self._make(self.request.arguments, ports if kind is Kind.SERVER else ())
        self._look_at_files(container)
        try:
            if kind is Kind.SERVER and ports:
                self._server(container, ports)
            elif kind is Kind.CLI:
                command.ask_for_help(self.record, self._make_command, container, ways, self._deadline)
            else:
                kind = self._find_out(kind, container)
                if kind is Kind.CLI:
                    command.ask_for_help(self.record, self._make_command, None, ways, self._deadline)
        except RunOverError:
            pass  # what ended it is in the record
        return kind or Kind.CLI

    def _expected(self) -> tuple[Kind | None, tuple[int, ...]]:
        """Return what is known before anything runs; the image's word counts more than the source's."""
        request = self.request
        likely = (request.likely_port,) if request.likely_port else ()
        ports = (request.port,) if request.port else self.image.ports or likely
        if request.kind or request.port or self.image.ports:
            return request.kind or Kind.SERVER, ports
        if request.likely_kind is Kind.WORKER:
            return None, ()  # easily mistaken; a second of running shows it
        return request.likely_kind or (Kind.SERVER if ports else None), ports

    def _make(self, words: tuple[str, ...] | None, ports: tuple[int, ...]) -> Container:
        self.record.say("making a container")
        return self.sandbox.create(
            self._image_id,
            command=words,
            ports=ports,
            environment=self.request.environment,
            memory=self.request.memory,
        )

    def _make_command(self, words: tuple[str, ...]) -> Container:
        """CMD is the program itself where the image has no ENTRYPOINT."""
        return self._make(words if self.image.entrypoint else (*self.image.command, *words), ())

    def _look_at_files(self, container: Container) -> None:
        self.record.say("reading the image's files")
        tree = FileTree.from_tar(container.export())
        architecture = str(self._session.engine.client.version().get("Arch", ""))
        for result in static_checks(self.image, tree, architecture):
            self.record.add(result)
        self.record.end_phase(Phase.STATIC)

    def _find_out(self, kind: Kind | None, container: Container) -> Kind:
        """Start a program to see what it does, and go on as with what it turned out to be.

        A server is made anew, with its port published. Only a local Linux engine shows where it listens.
        """
        self.record.say("starting it to see what it is")
        self.record.start(container)
        if kind is Kind.WORKER:
            self._worker(container)
            return kind
        within = _SEEN_WITHIN
        if kind is Kind.SERVER:
            within = self.request.ready_within
        elif self.request.likely_kind is Kind.WORKER:
            within = self.request.stay
        state, listeners = running.wait_for_listener(container, self._deadline.within(within))
        if listeners:
            ports = tuple(sorted({one.port for one in listeners}))
            container.remove()
            self._server(self._make(self.request.arguments, ports), ports)
            return Kind.SERVER
        if not state.running:
            if kind is Kind.SERVER:
                self.record.ended(container, state, "ready")
            return Kind.CLI
        if kind is Kind.SERVER:
            raise GendockError("a server, and its port is not known: name it with --port, or EXPOSE it")
        self._worker(container)
        return Kind.WORKER

    def _server(self, container: Container, ports: tuple[int, ...]) -> None:
        self.record.start(container)
        self.record.say(f"waiting for an answer on {', '.join(f':{port}' for port in ports)}")
        readiness = running.wait_until_ready(
            container,
            ports,
            self.request.health_paths,
            self._deadline.within(self.request.ready_within),
            only_these=self.request.only_these_paths,
        )
        if not readiness.state.running:
            self.record.ended(container, readiness.state, "ready")
        self._judge_readiness(container, readiness, ports)
        self._look_at_process(container, readiness.state)
        self._stop(container)

    def _judge_readiness(self, container: Container, readiness: Readiness, ports: tuple[int, ...]) -> None:
        answer, milliseconds = readiness.answer, round(readiness.seconds * 1000)
        if answer.ready:
            status, evidence = Status.PASS, f"ready: {answer} on :{readiness.port}"
        else:
            evidence = f"not ready after {readiness.seconds:.1f} s: {answer} on :{readiness.port}"
            status = Status.FAIL
            process = container.on_host(readiness.state)
            seen = process.listeners() if process else None
            log = container.log()
            cause = diagnose(log, ports=ports, listeners=seen)
            self.record.failure = Failure(evidence, None, oom_killed=False, log=log, diagnosis=cause)
        self.record.add(CheckResult("ready", status, milliseconds, evidence))
        self.record.ask("reachable", lambda: running.reachable(container, readiness.state, readiness, ports))

    def _worker(self, container: Container) -> None:
        state = container.state()
        if not state.running:
            self.record.ended(container, state, "stays-up")
        self._look_at_process(container, state)
        self._stop(container)

    def _look_at_process(self, container: Container, state: State) -> None:
        """Ask what every container that runs is asked."""
        ask = self.record.ask
        stay = min(self.request.stay, self._deadline.left)
        up = ask("stays-up", lambda: running.stays_up(container, stay))
        if up.status is Status.FAIL:
            self.record.failure = last_words(container, container.state())
            self.record.end_phase(Phase.START)
            raise RunOverError
        ask("non-root", lambda: running.user_id(container, state))
        ask("process-1", lambda: running.first_process(container, state))
        ask("writes", lambda: running.writes_nothing(container))
        ask("capabilities", lambda: running.capabilities(container, state))
        ask("memory", lambda: running.memory_at_rest(container))
        self.record.end_phase(Phase.START)

    def _stop(self, container: Container) -> None:
        if self.record.skips("stop"):
            return
        name = self.image.stop_signal
        self.record.say(f"waiting for it to stop on {name}")
        within = min(self.request.stop_within, max(1.0, self._deadline.left))
        status, evidence, milliseconds = running.stop(container, within)
        self.record.add(CheckResult("stop", status, milliseconds, f"{name}, {evidence}"))
        if status is Status.FAIL and self.record.failure is None:
            self.record.failure = last_words(container, container.state())
        self.record.end_phase(Phase.STOP)
